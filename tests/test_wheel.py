"""The wheel, installed without the source, serves the form."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
SCRIPT = """
import importlib.metadata, sys, webapp
from webapp.config import read_settings
app = webapp.create_app(read_settings({"DATA_DIR": sys.argv[1]}))
page = app.test_client().get("/autotunes/new")
assert page.status_code == 200 and "Review" in page.text
assert app.test_client().get("/static/app.css").status_code == 200
assert importlib.metadata.version("autotune-desk") == webapp.__version__
print(webapp.__file__)
"""


def test_wheel_serves_the_form(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = ZipFile(wheel).namelist()
    (metadata,) = [name for name in names if name.endswith("/METADATA")]
    assert "Requires-Dist: numpy<3,>=2.1; extra == 'forecast'" in ZipFile(wheel).read(metadata).decode()
    assert "webapp/templates/autotunes/form.html" in names
    assert "webapp/store/migrations/versions/0008_version_0_1.py" in names
    assert not [name for name in names if name.startswith(("tests", "bench", "docs"))]
    site = tmp_path / "site"
    install = [*pip, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True)
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "data")]
    result = subprocess.run(
        command, check=True, capture_output=True, text=True, cwd=tmp_path, env={"PYTHONPATH": str(site)}
    )
    assert str(site) in result.stdout
