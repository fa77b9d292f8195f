"""The app under gunicorn: gunicorn --config docs/deployment/gunicorn.conf.py webapp.wsgi:app

HOST, PORT and THREADS are the app's own settings. gunicorn has no limit for what follows, so nginx.conf sets it:

- seconds without a byte in the middle of a request: client_header_timeout, client_body_timeout
- the size of a request, before the app refuses one of over 2 MB: client_max_body_size
- the size of all headers together: large_client_header_buffers
- the security headers on answers that are not the app's, such as to a malformed request: nginx refuses those itself
"""

import os

from gunicorn.workers.gthread import ThreadWorker

_host, _port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"

# Creates, forecasts and limits such as CREATE_SLOTS are counted in each worker process, so add copies of the app or
# threads before workers. Workers share the database and the secrets as copies do.
workers = os.environ.get("WEB_CONCURRENCY") or 1
threads = os.environ.get("THREADS") or 16
preload_app = False  # database connections and threads do not survive a fork

timeout = 120  # seconds; a stopping worker is silent while it waits for a create, and a starting one while it migrates
graceful_timeout = 30  # seconds; a create takes at most 15, a request in front of it a few more
keepalive = 75  # seconds; longer than nginx keeps an idle connection (60), so that nginx is the one to close it

worker_connections = 500
limit_request_line = (
    0  # nginx bounds it to 32 kB; gunicorn could only bound it to 8 kB, less than a long prefilled link
)
limit_request_fields = 100
limit_request_field_size = 32 * 1024

# Neither the scheme nor the path is taken from a header: the app goes by PUBLIC_URL.
forwarded_allow_ips = ""
forwarder_headers = ""
control_socket_disable = True

# The app logs each request itself. Queries and addresses of visitors are in no log of gunicorn.
accesslog = None
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "webapp.cli.logs.json_formatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"level": "INFO", "handlers": ["stderr"]},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": [], "propagate": True}},
}


class Worker(ThreadWorker):
    """Closes its listening socket as soon as it stops, so that nginx goes to another copy at once.

    gunicorn keeps it open until the last connection has ended, and then resets the connections that were waiting there,
    with their requests: https://github.com/benoitc/gunicorn/issues/922
    """

    def set_accept_enabled(self, enabled):
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                self._accept_all(listener)
                listener.close()

    def _accept_all(self, listener):
        count = -1
        while count < self.nr_conns:
            count = self.nr_conns
            self.accept(listener)


worker_class = Worker
