


SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;


CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;



COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';


SET default_tablespace = '';

SET default_table_access_method = heap;


CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);



CREATE TABLE public.autotunes (
    id character varying(32) NOT NULL,
    token character varying(64) NOT NULL,
    last_form character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    version integer NOT NULL,
    project character varying(100) NOT NULL,
    sandbox boolean NOT NULL,
    name text NOT NULL,
    answers text NOT NULL,
    body text,
    foreseen_id text NOT NULL,
    held_id text,
    problems text NOT NULL,
    notice text NOT NULL,
    statsig_id text,
    statsig text,
    claim character varying(64),
    claimed_at double precision,
    deadline_at double precision,
    absent_at double precision,
    created_at double precision NOT NULL,
    created_by text NOT NULL,
    changed_at double precision NOT NULL,
    changed_by text NOT NULL,
    sent_by text,
    name_key text DEFAULT ''::text NOT NULL,
    search_text text DEFAULT ''::text NOT NULL,
    statsig_read_at double precision
);



CREATE TABLE public.held_forms (
    id integer NOT NULL,
    email text NOT NULL,
    token character varying(64) NOT NULL,
    autotune_id character varying(32),
    fields text NOT NULL,
    at double precision NOT NULL
);



CREATE SEQUENCE public.held_forms_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.held_forms_id_seq OWNED BY public.held_forms.id;



CREATE TABLE public.history (
    id integer NOT NULL,
    autotune_id character varying(32) NOT NULL,
    at double precision NOT NULL,
    who text NOT NULL,
    what text NOT NULL
);



CREATE SEQUENCE public.history_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;



ALTER SEQUENCE public.history_id_seq OWNED BY public.history.id;



CREATE TABLE public.keys (
    name character varying(100) NOT NULL,
    ciphertext text NOT NULL,
    fingerprint character varying(16) NOT NULL,
    api_url text NOT NULL,
    added_at double precision NOT NULL
);



CREATE TABLE public.login_links (
    token character varying(32) NOT NULL,
    query text NOT NULL,
    at double precision NOT NULL
);



CREATE TABLE public.running_copies (
    id character varying(32) NOT NULL,
    key_fingerprint character varying(16) NOT NULL,
    seen_at double precision NOT NULL
);



CREATE TABLE public.sessions (
    id character varying(64) NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    groups text NOT NULL,
    began_at double precision NOT NULL,
    seen_at double precision NOT NULL
);



ALTER TABLE ONLY public.held_forms ALTER COLUMN id SET DEFAULT nextval('public.held_forms_id_seq'::regclass);



ALTER TABLE ONLY public.history ALTER COLUMN id SET DEFAULT nextval('public.history_id_seq'::regclass);



INSERT INTO public.alembic_version VALUES ('0008');



INSERT INTO public.autotunes VALUES ('2993bd2e4257', 'sDIkl643sW6KZ7G7GwtUDg', 'sDIkl643sW6KZ7G7GwtUDg', 'draft', 1, 'sandbox', true, 'Odd ‮name‬ 🧪  with   spaces', '{"name": "  Odd \u202ename\u202c \ud83e\uddea  with   spaces ", "description": "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  ", "goalRichText": "More sales \ud83c\udfaf\r\n- by \u202e10%\u202c\r\n", "successEvent": "", "successEventValue": " 42 \u20ac ", "explorationWindow": "24hr", "attributionWindow": "4hr", "attributionWindowUnit": "min", "winnerThreshold": "98%", "isContextual": "true", "explorationWindowRate": " 0.50 ", "longtermExplorationAllocation": "0.100", "featureList": "country\r\n  device type \r\n\r\ncountry\r\npl\u202ean", "metadataField": "pri\u0301ce", "higherIsBetter": "false", "metricSourceID": "Sales (warehouse)", "valueColumn": "amount \u20ac", "optimizationParameter": "value", "linkedExperimentName": "Prices \ud83d\udcb6", "idType": "stableID", "variants": [{"name": "  rot \ud83d\udd34", "size": "33.30", "json": "{\r\n\t\"color\": \"red\",\r\n  \"label\": \"\u202eabc\"\r\n}"}, {"name": "bl\u200bau", "size": "66.7", "json": "[1, 2.50, null, true, {}]\r\n"}, {"name": "gr\u00fcn\u00a0", "size": "0", "json": " \"just a text\" "}]}', NULL, 'odd_name___with___spaces', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000061.25, 'local user', 1800000061.25, 'local user', NULL, 'odd name 🧪 with spaces', '  odd  name  🧪  with  spaces
  odd_name___with___spaces
  rot  🔴
  blau
  grün
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('879dc9e225b6', '4EUHGw2nZ4y-xz2uqUBCdA', '4EUHGw2nZ4y-xz2uqUBCdA', 'draft', 1, 'sandbox', true, '', '{"name": "", "description": "Only a description", "goalRichText": "", "successEvent": "", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "", "size": "", "json": ""}, {"name": "", "size": "", "json": ""}]}', NULL, '', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000122.5, 'local user', 1800000122.5, 'local user', NULL, '', '  local  user', NULL);
INSERT INTO public.autotunes VALUES ('aa7f52fc10e5', 'NxLxt5GkyusmI0NvbWphiA', 'NxLxt5GkyusmI0NvbWphiA', 'draft', 1, 'sandbox', true, 'Many errors', '{"name": "Many errors", "description": "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  ", "goalRichText": "", "successEvent": "", "successEventValue": "", "explorationWindow": "72hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "97%", "isContextual": "false", "explorationWindowRate": "50%", "longtermExplorationAllocation": "0.1", "featureList": "country, device; plan", "metadataField": "", "higherIsBetter": "maybe", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "", "size": "", "json": "{''color'': ''red''}"}, {"name": "same", "size": "-5", "json": ""}, {"name": " same ", "size": "33,3", "json": "{\r\n  \"a\": 1,\r\n  \"a\": 2\r\n}"}, {"name": "four\u202e", "size": "many", "json": "{\u201ccolor\u201d: 4}"}]}', NULL, 'many_errors', NULL, '[[["variants", 0, "name"], "Enter a name for this variant"], [["variants", 0, "json"], "Line 1, column 2: Use double quotes, not single quotes"], [["variants", 1, "size"], "Enter 0 or more"], [["variants", 1, "json"], "Enter the JSON that this variant serves, such as {\"color\": \"red\"}"], [["variants", 2, "name"], "Variant 2 has this name too. Enter another"], [["variants", 2, "size"], "Write 33.3"], [["variants", 2, "json"], "Line 3, column 3: Duplicate key \"a\""], [["variants", 3, "size"], "Enter a number in figures, such as 50 or 0.5"], [["variants", 3, "json"], "Line 1, column 2: Use straight double quotes, not \u201c"], [["successEvent"], "Enter the success event"], [["explorationWindow"], "Choose one of: 1 hour, 1 day (24 hours), 2 days (48 hours), 1 week (168 hours), 2 weeks (336 hours)"], [["winnerThreshold"], "Choose one of: 80%, 90%, 95%, 98%, 99%"], [["explorationWindowRate"], "Write 0.5"], [["longtermExplorationAllocation"], "Only contextual autotunes use this. Clear it, or choose Contextual"], [["featureList"], "Put each attribute on its own line: country \u00b7 device \u00b7 plan"], [["higherIsBetter"], "Choose one of: Higher is better, Lower is better"]]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000183.75, 'local user', 1800000183.75, 'local user', NULL, 'many errors', '  many  errors
  many_errors
  same
  four
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('25e6a853d478', 'Cf8WxgnSxYZ1qdc0iwECQg', 'qofXeoCL6IGnKZ86Dfobqg', 'draft', 3, 'sandbox', true, 'Käse 50% off_now 🧀', '{"name": "  K\u00e4se 50% off_now \ud83e\uddc0 ", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "0", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "0", "json": "{"}]}', NULL, 'kse_50_off_now_', NULL, '[[["variants", 0, "size"], "Give at least one variant a size above 0"], [["variants", 1, "size"], "Give at least one variant a size above 0"], [["variants", 1, "json"], "Line 1, column 2: The JSON ends too early: add }"]]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000245, 'local user', 1800000367.5, 'local user', NULL, 'käse 50% off_now 🧀', '  käse  50%  off_now  🧀
  kse_50_off_now_
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('3d1042d7c9d4', 'oIl-QsApvxnG3oUQJKrWCw', 'oIl-QsApvxnG3oUQJKrWCw', 'ready', 1, 'sandbox', true, 'Button Color Test', '{"name": "Button Color Test", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Button Color Test",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'button_color_test', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000428.75, 'local user', 1800000428.75, 'local user', NULL, 'button color test', '  button  color  test
  button_color_test
  click
  red
  blue
  green
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('ed9f1a7e27ac', 'BBvHzKgWRe23zK8diw3ywQ', 'BBvHzKgWRe23zK8diw3ywQ', 'ready', 1, 'sandbox', true, 'Größe & <Preis> ‮🎯', '{"name": "Gr\u00f6\u00dfe & <Preis> \u202e\ud83c\udfaf", "description": "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  ", "goalRichText": "More sales \ud83c\udfaf\r\n- by \u202e10%\u202c\r\n", "successEvent": "\tcheckout done\u200b \ud83d\uded2 ", "successEventValue": " 42 \u20ac ", "explorationWindow": "24hr", "attributionWindow": "4hr", "attributionWindowUnit": "min", "winnerThreshold": "98%", "isContextual": "true", "explorationWindowRate": " 0.50 ", "longtermExplorationAllocation": "0.100", "featureList": "country\r\n  device type \r\n\r\ncountry\r\npl\u202ean", "metadataField": "pri\u0301ce", "higherIsBetter": "false", "metricSourceID": "Sales (warehouse)", "valueColumn": "amount \u20ac", "optimizationParameter": "value", "linkedExperimentName": "Prices \ud83d\udcb6", "idType": "stableID", "variants": [{"name": "  rot \ud83d\udd34", "size": "33.30", "json": "{\r\n\t\"color\": \"red\",\r\n  \"label\": \"\u202eabc\"\r\n}"}, {"name": "bl\u200bau", "size": "66.7", "json": "[1, 2.50, null, true, {}]\r\n"}, {"name": "gr\u00fcn\u00a0", "size": "0", "json": " \"just a text\" "}]}', '{
  "name": "Größe & <Preis> ‮🎯",
  "variants": [
    {
      "name": "rot 🔴",
      "json": {
        "color": "red",
        "label": "‮abc"
      },
      "size": 33.3
    },
    {
      "name": "bl​au",
      "json": [
        1,
        2.5,
        null,
        true,
        {}
      ],
      "size": 66.7
    },
    {
      "name": "grün",
      "json": "just a text",
      "size": 0
    }
  ],
  "description": "  First line, indented\n\n\tA tab, a family 👩‍👩‍👧, ‮turned‬ text, two  spaces and <b>markup</b> &amp;\nlast line, with spaces after it  ",
  "goalRichText": "More sales 🎯\n- by ‮10%‬\n",
  "successEvent": "checkout done​ 🛒",
  "successEventValue": "42 €",
  "explorationWindow": "24hr",
  "attributionWindow": "4",
  "attributionWindowUnit": "min",
  "winnerThreshold": "98%",
  "isContextual": true,
  "explorationWindowRate": 0.5,
  "longtermExplorationAllocation": 0.1,
  "featureList": [
    "country",
    "device type",
    "pl‮an"
  ],
  "metadataField": "príce",
  "higherIsBetter": false,
  "metricSourceID": "Sales (warehouse)",
  "valueColumn": "amount €",
  "optimizationParameter": "value",
  "linkedExperimentName": "Prices 💶",
  "idType": "stableID"
}', 'gre__preis_', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000490, 'local user', 1800000490, 'local user', NULL, 'grösse & <preis> 🎯', '  grösse  &  <preis>  🎯
  gre__preis_
  checkout  done  🛒
  rot  🔴
  blau
  grün
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('6d58efb1b18a', 'ZyT3-OkBLPlW7JrjC6WttQ', 'ZyT3-OkBLPlW7JrjC6WttQ', 'created', 2, 'sandbox', true, 'Created contextual Ü​ 🚀', '{"name": "Created contextual \u00dc\u200b \ud83d\ude80", "description": "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  ", "goalRichText": "More sales \ud83c\udfaf\r\n- by \u202e10%\u202c\r\n", "successEvent": "\tcheckout done\u200b \ud83d\uded2 ", "successEventValue": " 42 \u20ac ", "explorationWindow": "24hr", "attributionWindow": "4hr", "attributionWindowUnit": "min", "winnerThreshold": "98%", "isContextual": "true", "explorationWindowRate": " 0.50 ", "longtermExplorationAllocation": "0.100", "featureList": "country\r\n  device type \r\n\r\ncountry\r\npl\u202ean", "metadataField": "pri\u0301ce", "higherIsBetter": "false", "metricSourceID": "Sales (warehouse)", "valueColumn": "amount \u20ac", "optimizationParameter": "value", "linkedExperimentName": "Prices \ud83d\udcb6", "idType": "stableID", "variants": [{"name": "  rot \ud83d\udd34", "size": "33.30", "json": "{\r\n\t\"color\": \"red\",\r\n  \"label\": \"\u202eabc\"\r\n}"}, {"name": "bl\u200bau", "size": "66.7", "json": "[1, 2.50, null, true, {}]\r\n"}, {"name": "gr\u00fcn\u00a0", "size": "0", "json": " \"just a text\" "}]}', '{
  "name": "Created contextual Ü​ 🚀",
  "variants": [
    {
      "name": "rot 🔴",
      "json": {
        "color": "red",
        "label": "‮abc"
      },
      "size": 33.3
    },
    {
      "name": "bl​au",
      "json": [
        1,
        2.5,
        null,
        true,
        {}
      ],
      "size": 66.7
    },
    {
      "name": "grün",
      "json": "just a text",
      "size": 0
    }
  ],
  "description": "  First line, indented\n\n\tA tab, a family 👩‍👩‍👧, ‮turned‬ text, two  spaces and <b>markup</b> &amp;\nlast line, with spaces after it  ",
  "goalRichText": "More sales 🎯\n- by ‮10%‬\n",
  "successEvent": "checkout done​ 🛒",
  "successEventValue": "42 €",
  "explorationWindow": "24hr",
  "attributionWindow": "4",
  "attributionWindowUnit": "min",
  "winnerThreshold": "98%",
  "isContextual": true,
  "explorationWindowRate": 0.5,
  "longtermExplorationAllocation": 0.1,
  "featureList": [
    "country",
    "device type",
    "pl‮an"
  ],
  "metadataField": "príce",
  "higherIsBetter": false,
  "metricSourceID": "Sales (warehouse)",
  "valueColumn": "amount €",
  "optimizationParameter": "value",
  "linkedExperimentName": "Prices 💶",
  "idType": "stableID"
}', 'created_contextual__', 'name 0c4298a124e197e2519dd9cdcc3c4e6c30eb8439f6099ac780f76de6e538fe42', '[]', '', 'created_contextual__', '{"id": "created_contextual__", "isStarted": false, "lastModifierName": "CONSOLE API", "successEventValue": "42 \u20ac", "name": "Created contextual \u00dc\u200b \ud83d\ude80", "variants": [{"name": "rot \ud83d\udd34", "json": {"color": "red", "label": "\u202eabc"}, "size": 33.3, "id": "rot_"}, {"name": "bl\u200bau", "json": [1, 2.5, null, true, {}], "size": 66.7, "id": "blau"}, {"name": "gr\u00fcn", "json": "just a text", "size": 0, "id": "grn"}], "description": "  First line, indented\n\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\nlast line, with spaces after it  ", "goalRichText": "More sales \ud83c\udfaf\n- by \u202e10%\u202c\n", "successEvent": "checkout done\u200b \ud83d\uded2", "explorationWindow": "24hrs", "attributionWindow": "4hrs", "attributionWindowUnit": "min", "winnerThreshold": "98%", "isContextual": true, "explorationWindowRate": 0.5, "longtermExplorationAllocation": 0.1, "featureList": ["country", "device type", "pl\u202ean"], "metadataField": "pri\u0301ce", "higherIsBetter": false, "metricSourceID": "Sales (warehouse)", "valueColumn": "amount \u20ac", "optimizationParameter": "value", "linkedExperimentName": "Prices \ud83d\udcb6", "idType": "stableID"}', 'RpFtHorMCFGOHl9XMWxuyg', 1800000612.5, 1800000627.5, NULL, 1800000612.5, 'local user', 1800000612.5, 'local user', 'local user', 'created contextual ü 🚀', '  created  contextual  ü  🚀
  created_contextual__
  checkout  done  🛒
  rot  🔴
  blau
  grün
  local  user', 1800000612.5);
INSERT INTO public.autotunes VALUES ('0aeca658b660', 'g480czYm_BDkvoo90FGUzw', 'g480czYm_BDkvoo90FGUzw', 'created', 2, 'sandbox', true, 'Created classic', '{"name": "Created classic", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Created classic",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'created_classic', 'created_classic', '[]', '', 'created_classic', '{"id": "created_classic", "isStarted": false, "lastModifierName": "CONSOLE API", "successEventValue": "buy now", "name": "Created classic", "variants": [{"name": "red", "json": {"color": "red"}, "size": 50, "id": "red"}, {"name": "blue", "json": {"color": "blue"}, "size": 30.5, "id": "blue"}, {"name": "green", "json": {"color": "green"}, "size": 19.5, "id": "green"}], "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\nNo fewer sales.", "successEvent": "click", "explorationWindow": "336hrs", "attributionWindow": "24hrs", "winnerThreshold": "99%", "linkedExperimentName": "Holdout 2026", "idType": "userID"}', 'g1uZ5JewKEAIzkKtYH0qDg', 1800000551.25, 1800000566.25, NULL, 1800000551.25, 'local user', 1800000551.25, 'local user', 'local user', 'created classic', '  created  classic
  created_classic
  click
  red
  blue
  green
  local  user', 1800000551.25);
INSERT INTO public.autotunes VALUES ('869b2d16c7ef', '-uxiAsDZ8CDBv3kKKtpd7g', '-uxiAsDZ8CDBv3kKKtpd7g', 'draft', 1, 'sandbox', true, 'created CLASSIC', '{"name": " created CLASSIC", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', NULL, 'created_classic', NULL, '[[["name"], "This name is taken by another autotune of this desk. Enter another"]]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800000673.75, 'local user', 1800000673.75, 'local user', NULL, 'created classic', '  created  classic
  created_classic
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('8b2e2348e8b9', 'gBHWa5Q3AMPigiXlqS3-9g', 'gBHWa5Q3AMPigiXlqS3-9g', 'ready', 2, 'sandbox', true, 'Sandbox busy 🐝', '{"name": "Sandbox busy \ud83d\udc1d", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox busy 🐝",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_busy_', NULL, '[]', 'Not created. The sandbox is busy. Try again in 7 seconds.', NULL, NULL, 'OUOTqOo3104NH2MACChLpg', 1800000735, 1800000750, NULL, 1800000735, 'local user', 1800000735, 'local user', 'local user', 'sandbox busy 🐝', '  sandbox  busy  🐝
  sandbox_busy_
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('9ad1a32b4e4c', 'KC27jL7OWzHDEhV7Tooymw', 'KC27jL7OWzHDEhV7Tooymw', 'sending', 2, 'sandbox', true, 'Sending not arrived', '{"name": "Sending not arrived", "description": "sending, not arrived \u2026\r\n\ttab", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Sending not arrived",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "sending, not arrived …\n\ttab",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'sending_not_arrived', 'sending_not_arrived', '[]', '', NULL, NULL, 'BFHILudgKjIHchUHXHrTUw', 1800096004.25, 1800096019.25, NULL, 1800001408.75, 'local user', 1800001408.75, 'local user', 'local user', 'sending not arrived', '  sending  not  arrived
  sending_not_arrived
  click
  red
  blue
  green
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('01be71441914', 'Qc7rLFz3p2heRTIC_8HN8w', 'Qc7rLFz3p2heRTIC_8HN8w', 'ready', 1, 'sandbox', true, 'Waits for somebody else', '{"name": "Waits for somebody else", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Waits for somebody else",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'waits_for_somebody_else', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800001721, 'anna@example.com', 1800001721, 'anna@example.com', NULL, 'waits for somebody else', '  waits  for  somebody  else
  waits_for_somebody_else
  click
  red
  blue
  green
  anna@example.com', NULL);
INSERT INTO public.autotunes VALUES ('533847904bb1', 'FYInjJ7AtM7zefblZEm9kg', 'FYInjJ7AtM7zefblZEm9kg', 'draft', 2, 'sandbox', true, 'Sandbox garbled refused', '{"name": "Sandbox garbled refused", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled refused",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled_refused', NULL, '[[["name"], "Enter another name. Statsig says: Name is already in use"]]', '', NULL, NULL, '1lB9iL-uzHT3Bsd-W0ikQA', 1800001592.5, 1800001607.5, NULL, 1800001592.5, 'local user', 1800001592.5, 'local user', 'local user', 'sandbox garbled refused', '  sandbox  garbled  refused
  sandbox_garbled_refused
  click
  red
  blue
  local  user', 1800001598.5);
INSERT INTO public.autotunes VALUES ('1a73ae18a6c9', '_CmVyvm9v5jKmomBQ8zJNA', '_CmVyvm9v5jKmomBQ8zJNA', 'unknown', 2, 'sandbox', true, 'Sandbox garbled gone', '{"name": "Sandbox garbled gone", "description": "unknown, name in use and gone \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled gone",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, name in use and gone …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled_gone', 'sandbox_garbled_gone', '[[["name"], "Enter another name. Statsig says: Name is already in use"]]', 'Statsig answered that this name is in use, but the autotune was not found there. Your request may have arrived all the same.', NULL, NULL, 'dr64CxjH18jSqmP8IZLwJA', 1800001598.5, 1800001613.5, NULL, 1800001286.25, 'local user', 1800001286.25, 'local user', 'local user', 'sandbox garbled gone', '  sandbox  garbled  gone
  sandbox_garbled_gone
  click
  red
  blue
  local  user', 1800001598.5);
INSERT INTO public.autotunes VALUES ('08ce2f90ea44', 'CipfM_CdJrrRz4Pdy9grZg', 'CipfM_CdJrrRz4Pdy9grZg', 'created', 2, 'sandbox', true, 'By a second person', '{"name": "By a second person", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "By a second person",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'by_a_second_person', 'by_a_second_person', '[]', '', 'by_a_second_person', '{"id": "by_a_second_person", "isStarted": false, "lastModifierName": "CONSOLE API", "successEventValue": "", "name": "By a second person", "variants": [{"name": "red", "json": {"color": "red"}, "id": "red"}, {"name": "blue", "json": {"color": "blue"}, "id": "blue"}], "successEvent": "click", "explorationWindow": "168hrs", "attributionWindow": "1hr", "winnerThreshold": "95%"}', 'nWHtOAh1HolOg45zcA967w', 1800001782.25, 1800001797.25, NULL, 1800001782.25, 'anna@example.com', 1800001782.25, 'anna@example.com', 'ben@example.com', 'by a second person', '  by  a  second  person
  by_a_second_person
  click
  red
  blue
  anna@example.com
  ben@example.com', 1800001782.25);
INSERT INTO public.autotunes VALUES ('44c406ac7a6b', 'wjRwR2aiPD71r7eAhPgQWg', 'MLn6EdbKPRixHuR9_oL2WA', 'draft', 2, 'sandbox', true, 'Rejected 👎', '{"name": "Rejected \ud83d\udc4e", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', NULL, 'rejected_', NULL, '[]', 'ben@example.com turned this down: The ‮name‬ is unclear 🤔

	And <b>the window</b> is too short.', NULL, NULL, NULL, NULL, NULL, 1800001782.25, 1800001659.75, 'anna@example.com', 1800001659.75, 'anna@example.com', NULL, 'rejected 👎', '  rejected  👎
  rejected_
  click
  red
  blue
  green
  anna@example.com', NULL);
INSERT INTO public.autotunes VALUES ('352d1568468d', 'rmmUOMazqdS3giLcZLlJrg', 'rmmUOMazqdS3giLcZLlJrg', 'draft', 1, 'sandbox', true, 'Before the session ended', '{"name": "Before the session ended", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', NULL, 'before_the_session_ended', NULL, '[]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800088273.5, 'anna@example.com', 1800088273.5, 'anna@example.com', NULL, 'before the session ended', '  before  the  session  ended
  before_the_session_ended
  click
  red
  blue
  anna@example.com', NULL);
INSERT INTO public.autotunes VALUES ('1f1b85c39058', 'BjpPykZta7zvT1FiQuFJ2A', 'BjpPykZta7zvT1FiQuFJ2A', 'draft', 1, '', false, 'No project chosen', '{"name": "No project chosen", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', NULL, 'no_project_chosen', NULL, '[[["project"], "Choose the Statsig project"]]', '', NULL, NULL, NULL, NULL, NULL, NULL, 1800095557.25, 'local user', 1800095557.25, 'local user', NULL, 'no project chosen', '  no  project  chosen
  no_project_chosen
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('8b769a29aeae', 'sY0HVfM93ZCkS7bfbpLgZw', 'sY0HVfM93ZCkS7bfbpLgZw', 'created', 2, 'Web', false, 'Created in a project', '{"name": "Created in a project", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Created in a project",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'created_in_a_project', 'created_in_a_project', '[]', '', 'created_in_a_project', '{"id": "created_in_a_project", "isStarted": false, "name": "Created in a project", "variants": [{"name": "red", "json": {"color": "red"}, "size": 50}, {"name": "blue", "json": {"color": "blue"}, "size": 30.5}, {"name": "green", "json": {"color": "green"}, "size": 19.5}], "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\nNo fewer sales.", "successEvent": "click", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "winnerThreshold": "99%", "linkedExperimentName": "Holdout 2026", "idType": "userID"}', 'M4T06tDyiKfVgatWde_N5A', 1800095618.5, 1800095633.5, NULL, 1800095618.5, 'local user', 1800095618.5, 'local user', 'local user', 'created in a project', '  created  in  a  project
  created_in_a_project
  click
  red
  blue
  green
  local  user', 1800095618.5);
INSERT INTO public.autotunes VALUES ('e8fd42a63dab', 'nVHJulzpzighqIcD0VjySQ', 'nVHJulzpzighqIcD0VjySQ', 'draft', 2, 'Web', false, 'Refused at its fields', '{"name": "Refused at its fields", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Refused at its fields",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'refused_at_its_fields', NULL, '[[["variants", 1, "json"], "Statsig says: must not hold \u202eodd\u202c text"], [["successEvent"], "Statsig says: is not an event of this project"], [[], "Statsig says of teamID: a team is required by this project"]]', '', NULL, NULL, 'iC1btN4i_UDTiy-vc-5yMg', 1800095679.75, 1800095694.75, NULL, 1800095679.75, 'local user', 1800095679.75, 'local user', 'local user', 'refused at its fields', '  refused  at  its  fields
  refused_at_its_fields
  click
  red
  blue
  green
  local  user', 1800095679.75);
INSERT INTO public.autotunes VALUES ('b56fdb4e9e6e', '-p9b6tgJmycgwhBhJCnktg', '-p9b6tgJmycgwhBhJCnktg', 'unknown', 2, 'Old shop', false, 'Its project is gone', '{"name": "Its project is gone", "description": "", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Its project is gone",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'its_project_is_gone', 'its_project_is_gone', '[]', 'This desk cannot look it up. The Statsig project of this autotune is not set up on this desk.', NULL, NULL, 'E7wYXS41XRxMLfg2kqK-Iw', 1800095741, 1800095756, NULL, 1800095741, 'local user', 1800095741, 'local user', 'local user', 'its project is gone', '  its  project  is  gone
  its_project_is_gone
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('60c2d1a5ec21', 'ElERtjdgv1MhdauMub0Rsw', 'ElERtjdgv1MhdauMub0Rsw', 'ready', 2, 'Web', false, 'Not sent', '{"name": "Not sent", "description": "Which color gets the most clicks?", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Not sent",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "Which color gets the most clicks?",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'not_sent', NULL, '[]', 'Not sent. No connection to Statsig could be made.', NULL, NULL, NULL, 1800095814.25, 1800095829.25, NULL, 1800095814.25, 'local user', 1800095814.25, 'local user', 'local user', 'not sent', '  not  sent
  not_sent
  click
  red
  blue
  green
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('e50232f81890', 'MhESiNyfKu7Or54aUbajCg', 'MhESiNyfKu7Or54aUbajCg', 'unknown', 2, 'sandbox', true, 'Sandbox error A/B tést 🧪', '{"name": "Sandbox error A/B t\u00e9st \ud83e\uddea", "description": "unknown, not created, id not certain \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox error A/B tést 🧪",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, not created, id not certain …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_error_ab_tst_', 'name 9649fdce327819daa380448a27dd52a48417a132ea725e446faef22e1309ee4e', '[]', 'It was not found in the list of autotunes. How Statsig turns this name into an id is not known, so please look there yourself before you go on.', NULL, NULL, 'a0q-o4L2Aopxbd8swt60bA', 1800095814.25, 1800095829.25, NULL, 1800001163.75, 'local user', 1800001163.75, 'local user', 'local user', 'sandbox error a/b tést 🧪', '  sandbox  error  a/b  tést  🧪
  sandbox_error_ab_tst_
  click
  red
  blue
  local  user', 1800095904.25);
INSERT INTO public.autotunes VALUES ('b5eabb27ce31', '4CjMlwsbow0RfS8lgrJhlg', '4CjMlwsbow0RfS8lgrJhlg', 'unknown', 2, 'sandbox', true, 'Sandbox garbled taken', '{"name": "Sandbox garbled taken", "description": "unknown, another has the name \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled taken",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, another has the name …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled_taken', 'sandbox_garbled_taken', '[]', 'There is an autotune of this name, but with other content: it was created by somebody else, or has been changed there. Yours is not confirmed.', NULL, NULL, 'JWR1BikutTF-tE3ix_Yrig', 1800095814.25, 1800095829.25, NULL, 1800001225, 'local user', 1800001225, 'local user', 'local user', 'sandbox garbled taken', '  sandbox  garbled  taken
  sandbox_garbled_taken
  click
  red
  blue
  local  user', 1800095824.25);
INSERT INTO public.autotunes VALUES ('690df8b42e29', '4HPgnZemXw5T5xyuUfmrfA', '4HPgnZemXw5T5xyuUfmrfA', 'unknown', 2, 'sandbox', true, 'Sandbox error read once', '{"name": "Sandbox error read once", "description": "unknown, not created, read once \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox error read once",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, not created, read once …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_error_read_once', 'sandbox_error_read_once', '[]', 'The sandbox answered 500, which says neither yes nor no.', NULL, NULL, 'gPBt6aQKf01jawmjqGWiBQ', 1800095904.25, 1800095919.25, 1800095984.25, 1800001102.5, 'local user', 1800001102.5, 'local user', 'local user', 'sandbox error read once', '  sandbox  error  read  once
  sandbox_error_read_once
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('0f930084bbff', 'EQuvaYpHQ7nf9pbINNeugw', 'EQuvaYpHQ7nf9pbINNeugw', 'unknown', 2, 'sandbox', true, 'Sandbox silence 🤐', '{"name": "Sandbox silence \ud83e\udd10", "description": "unknown, created, silence \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox silence 🤐",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, created, silence …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_silence_', 'name ec8c331e4c075b5633e8ca084fea4a572d8605881c004d4cac1cc2d7a7118af0', '[]', 'The sandbox did not answer in time.', NULL, NULL, 'BEqBmPOHIWiHdoMVCxChTg', 1800096004.25, 1800096019.25, NULL, 1800000796.25, 'local user', 1800000796.25, 'local user', 'local user', 'sandbox silence 🤐', '  sandbox  silence  🤐
  sandbox_silence_
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('13774b39bbab', 'dQSyKuimiQieineQ6bNarA', 'dQSyKuimiQieineQ6bNarA', 'unknown', 2, 'sandbox', true, 'Sandbox garbled A/B tést', '{"name": "Sandbox garbled A/B t\u00e9st", "description": "unknown, created, id not certain \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled A/B tést",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, created, id not certain …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled_ab_tst', 'name 31a1b3f22d88998a7b4df3fe3a00fd151565fdc6811962fcf8bfc408456d2d46', '[]', 'The sandbox’s answer could not be read.', NULL, NULL, 'lIA9gBrbmI3w877mgZZCVA', 1800096004.25, 1800096019.25, NULL, 1800000918.75, 'local user', 1800000918.75, 'local user', 'local user', 'sandbox garbled a/b tést', '  sandbox  garbled  a/b  tést
  sandbox_garbled_ab_tst
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('5bb7c94a4038', '1e9vCko_zAk0orK8Ue1ZOg', '1e9vCko_zAk0orK8Ue1ZOg', 'unknown', 2, 'sandbox', true, 'Sandbox garbled', '{"name": "Sandbox garbled", "description": "unknown, created, garbled \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, created, garbled …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled', 'sandbox_garbled', '[]', 'The sandbox’s answer could not be read.', NULL, NULL, 'C_Hv5EB0n5CgBe-lc2m3jw', 1800096004.25, 1800096019.25, NULL, 1800000857.5, 'local user', 1800000857.5, 'local user', 'local user', 'sandbox garbled', '  sandbox  garbled
  sandbox_garbled
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('247039504ae6', 'jcfWnYtnnJ7hPCsX7Paazg', 'jcfWnYtnnJ7hPCsX7Paazg', 'unknown', 2, 'sandbox', true, 'Sandbox garbled twice', '{"name": "Sandbox garbled twice", "description": "unknown, created, sent twice on its way \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox garbled twice",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, created, sent twice on its way …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_garbled_twice', 'sandbox_garbled_twice', '[[["name"], "Enter another name. Statsig says: Name is already in use"]]', 'Statsig answered that this name is in use, but the autotune was not found there. Your request may have arrived all the same.', NULL, NULL, 'gUjeLDw8JIHQnEbXyXzQug', 1800096004.25, 1800096019.25, NULL, 1800000980, 'local user', 1800000980, 'local user', 'local user', 'sandbox garbled twice', '  sandbox  garbled  twice
  sandbox_garbled_twice
  click
  red
  blue
  local  user', 1800096004.25);
INSERT INTO public.autotunes VALUES ('952576ecd1e1', 'UpMKJneFyRbrCWYTjm_nCw', 'UpMKJneFyRbrCWYTjm_nCw', 'unknown', 2, 'sandbox', true, 'Sandbox error', '{"name": "Sandbox error", "description": "unknown, not created \u2026\r\n\ttab", "goalRichText": "", "successEvent": "click", "successEventValue": "", "explorationWindow": "168hr", "attributionWindow": "1hr", "attributionWindowUnit": "", "winnerThreshold": "95%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "", "idType": "", "variants": [{"name": "red", "size": "", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "", "json": "{\"color\": \"blue\"}"}]}', '{
  "name": "Sandbox error",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      }
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      }
    }
  ],
  "description": "unknown, not created …\n\ttab",
  "successEvent": "click",
  "explorationWindow": "168hr",
  "attributionWindow": "1hr",
  "winnerThreshold": "95%"
}', 'sandbox_error', 'sandbox_error', '[]', 'The sandbox answered 500, which says neither yes nor no.', NULL, NULL, '_QigsaH-Q7SpFnkyiFWDWw', 1800096004.25, 1800096019.25, NULL, 1800001041.25, 'local user', 1800001041.25, 'local user', 'local user', 'sandbox error', '  sandbox  error
  sandbox_error
  click
  red
  blue
  local  user', NULL);
INSERT INTO public.autotunes VALUES ('824e60c6b38c', 'l1-N8nUBaMByj6e_odVNqw', 'l1-N8nUBaMByj6e_odVNqw', 'sending', 2, 'sandbox', true, 'Sending, arrived', '{"name": "Sending, arrived", "description": "sending, arrived \u2026\r\n\ttab", "goalRichText": "More clicks.\r\nNo fewer sales.", "successEvent": " click ", "successEventValue": "buy now", "explorationWindow": "336hr", "attributionWindow": "24hr", "attributionWindowUnit": "", "winnerThreshold": "99%", "isContextual": "false", "explorationWindowRate": "", "longtermExplorationAllocation": "", "featureList": "", "metadataField": "", "higherIsBetter": "", "metricSourceID": "", "valueColumn": "", "optimizationParameter": "", "linkedExperimentName": "Holdout 2026", "idType": "userID", "variants": [{"name": "red", "size": "50", "json": "{\"color\": \"red\"}"}, {"name": "blue", "size": "30.5", "json": "{\"color\":\"blue\"}"}, {"name": "green", "size": "19.5", "json": "{ \"color\" : \"green\" }"}]}', '{
  "name": "Sending, arrived",
  "variants": [
    {
      "name": "red",
      "json": {
        "color": "red"
      },
      "size": 50
    },
    {
      "name": "blue",
      "json": {
        "color": "blue"
      },
      "size": 30.5
    },
    {
      "name": "green",
      "json": {
        "color": "green"
      },
      "size": 19.5
    }
  ],
  "description": "sending, arrived …\n\ttab",
  "goalRichText": "More clicks.\nNo fewer sales.",
  "successEvent": "click",
  "successEventValue": "buy now",
  "explorationWindow": "336hr",
  "attributionWindow": "24hr",
  "winnerThreshold": "99%",
  "linkedExperimentName": "Holdout 2026",
  "idType": "userID"
}', 'sending_arrived', 'name 762a7086cd60ba2962ef00a48970031230edc5b5f0563298013374b465b1adad', '[]', '', NULL, NULL, 'qPlzXiNk9N3_SIImt7gP9g', 1800096004.25, 1800096019.25, NULL, 1800001347.5, 'local user', 1800001347.5, 'local user', 'local user', 'sending, arrived', '  sending,  arrived
  sending_arrived
  click
  red
  blue
  green
  local  user', NULL);



INSERT INTO public.held_forms VALUES (1, 'anna@example.com', 'ZmR-s7NhUUjEtjRYa26xHA', NULL, '[["token", "ZmR-s7NhUUjEtjRYa26xHA"], ["version", "0"], ["name", "Held, new \u202e\ud83d\udcdd"], ["description", "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  "], ["goalRichText", "More sales \ud83c\udfaf\r\n- by \u202e10%\u202c\r\n"], ["variants-0-name", "  rot \ud83d\udd34"], ["variants-0-size", "33.30"], ["variants-0-json", "{\r\n\t\"color\": \"red\",\r\n  \"label\": \"\u202eabc\"\r\n}"], ["variants-1-name", "bl\u200bau"], ["variants-1-size", "66.7"], ["variants-1-json", "[1, 2.50, null, true, {}]\r\n"], ["successEvent", "\tcheckout done\u200b \ud83d\uded2 "], ["successEventValue", " 42 \u20ac "], ["explorationWindow", "24hr"], ["attributionWindow", "4hr"], ["attributionWindowUnit", "min"], ["winnerThreshold", "98%"], ["isContextual", "true"], ["explorationWindowRate", " 0.50 "], ["longtermExplorationAllocation", "0.100"], ["featureList", "country\r\n  device type \r\n\r\ncountry\r\npl\u202ean"], ["metadataField", "pri\u0301ce"], ["higherIsBetter", "false"], ["metricSourceID", "Sales (warehouse)"], ["valueColumn", "amount \u20ac"], ["optimizationParameter", "value"], ["linkedExperimentName", "Prices \ud83d\udcb6"], ["idType", "stableID"], ["variants-2-name", "gr\u00fcn\u00a0"], ["variants-2-size", "0"], ["variants-2-json", " \"just a text\" "], ["action", "check"]]', 1800095473.5);
INSERT INTO public.held_forms VALUES (2, 'anna@example.com', 'tmXcY3IEOX1jc2nsr8D5sg', '352d1568468d', '[["token", "tmXcY3IEOX1jc2nsr8D5sg"], ["version", "1"], ["name", " Held, edited "], ["description", "  First line, indented\r\n\r\n\tA tab, a family \ud83d\udc69\u200d\ud83d\udc69\u200d\ud83d\udc67, \u202eturned\u202c text, two  spaces\u00a0and <b>markup</b> &amp;\r\nlast line, with spaces after it  "], ["goalRichText", ""], ["variants-0-name", ""], ["variants-0-size", ""], ["variants-0-json", "{''color'': ''red''}"], ["variants-1-name", "same"], ["variants-1-size", "-5"], ["variants-1-json", ""], ["successEvent", ""], ["successEventValue", ""], ["explorationWindow", "72hr"], ["attributionWindow", "1hr"], ["attributionWindowUnit", ""], ["winnerThreshold", "97%"], ["isContextual", "false"], ["explorationWindowRate", "50%"], ["longtermExplorationAllocation", "0.1"], ["featureList", "country, device; plan"], ["metadataField", ""], ["higherIsBetter", "maybe"], ["metricSourceID", ""], ["valueColumn", ""], ["optimizationParameter", ""], ["linkedExperimentName", ""], ["idType", ""], ["variants-2-name", " same "], ["variants-2-size", "33,3"], ["variants-2-json", "{\r\n  \"a\": 1,\r\n  \"a\": 2\r\n}"], ["variants-3-name", "four\u202e"], ["variants-3-size", "many"], ["variants-3-json", "{\u201ccolor\u201d: 4}"], ["action", "check"]]', 1800095481);
INSERT INTO public.held_forms VALUES (3, 'ben@example.com', 'qu9li4_JuSgp-wnN6_5f7A', NULL, '[["token", "qu9li4_JuSgp-wnN6_5f7A"], ["version", "0"], ["name", "Held, by Ben"], ["description", "Which color gets the most clicks?"], ["goalRichText", "More clicks.\r\nNo fewer sales."], ["variants-0-name", "red"], ["variants-0-size", "50"], ["variants-0-json", "{\"color\": \"red\"}"], ["variants-1-name", "blue"], ["variants-1-size", "30.5"], ["variants-1-json", "{\"color\":\"blue\"}"], ["successEvent", " click "], ["successEventValue", "buy now"], ["explorationWindow", "336hr"], ["attributionWindow", "24hr"], ["attributionWindowUnit", ""], ["winnerThreshold", "99%"], ["isContextual", "false"], ["explorationWindowRate", ""], ["longtermExplorationAllocation", ""], ["featureList", ""], ["metadataField", ""], ["higherIsBetter", ""], ["metricSourceID", ""], ["valueColumn", ""], ["optimizationParameter", ""], ["linkedExperimentName", "Holdout 2026"], ["idType", "userID"], ["variants-2-name", "green"], ["variants-2-size", "19.5"], ["variants-2-json", "{ \"color\" : \"green\" }"], ["action", "check"]]', 1800095488.5);



INSERT INTO public.history VALUES (1, '2993bd2e4257', 1800000061.25, 'local user', 'Wrote the first draft; saved as a draft');
INSERT INTO public.history VALUES (2, '879dc9e225b6', 1800000122.5, 'local user', 'Wrote the first draft; saved as a draft');
INSERT INTO public.history VALUES (3, 'aa7f52fc10e5', 1800000183.75, 'local user', 'Wrote the first draft; checked, 16 problems');
INSERT INTO public.history VALUES (4, '25e6a853d478', 1800000245, 'local user', 'Wrote the first draft; saved as a draft');
INSERT INTO public.history VALUES (5, '25e6a853d478', 1800000306.25, 'local user', 'Changed name; checked, ready to create');
INSERT INTO public.history VALUES (6, '25e6a853d478', 1800000367.5, 'local user', 'Changed name, variants; checked, 3 problems');
INSERT INTO public.history VALUES (7, '3d1042d7c9d4', 1800000428.75, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (8, 'ed9f1a7e27ac', 1800000490, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (9, '0aeca658b660', 1800000551.25, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (10, '0aeca658b660', 1800000551.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (11, '0aeca658b660', 1800000551.25, 'local user', 'Created in the sandbox as created_classic');
INSERT INTO public.history VALUES (12, '6d58efb1b18a', 1800000612.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (13, '6d58efb1b18a', 1800000612.5, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (14, '6d58efb1b18a', 1800000612.5, 'local user', 'Created in the sandbox as created_contextual__');
INSERT INTO public.history VALUES (15, '869b2d16c7ef', 1800000673.75, 'local user', 'Wrote the first draft; checked, 1 problem');
INSERT INTO public.history VALUES (16, '8b2e2348e8b9', 1800000735, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (17, '8b2e2348e8b9', 1800000735, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (18, '8b2e2348e8b9', 1800000735, 'local user', 'Not created. The sandbox is busy. Try again in 7 seconds.');
INSERT INTO public.history VALUES (19, '0f930084bbff', 1800000796.25, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (20, '5bb7c94a4038', 1800000857.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (21, '13774b39bbab', 1800000918.75, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (22, '247039504ae6', 1800000980, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (23, '952576ecd1e1', 1800001041.25, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (24, '690df8b42e29', 1800001102.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (25, 'e50232f81890', 1800001163.75, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (26, 'b5eabb27ce31', 1800001225, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (27, '1a73ae18a6c9', 1800001286.25, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (28, '824e60c6b38c', 1800001347.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (29, '9ad1a32b4e4c', 1800001408.75, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (30, '533847904bb1', 1800001592.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (31, '533847904bb1', 1800001592.5, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (32, '533847904bb1', 1800001598.5, 'local user', 'Refused. Enter another name. Statsig says: Name is already in use');
INSERT INTO public.history VALUES (33, '1a73ae18a6c9', 1800001598.5, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (34, '1a73ae18a6c9', 1800001598.5, 'local user', 'No clear answer. Statsig answered that this name is in use, but the autotune was not found there. Your request may have arrived all the same.');
INSERT INTO public.history VALUES (35, '44c406ac7a6b', 1800001659.75, 'anna@example.com', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (36, '01be71441914', 1800001721, 'anna@example.com', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (37, '08ce2f90ea44', 1800001782.25, 'anna@example.com', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (38, '08ce2f90ea44', 1800001782.25, 'ben@example.com', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (39, '08ce2f90ea44', 1800001782.25, 'ben@example.com', 'Created in the sandbox as by_a_second_person');
INSERT INTO public.history VALUES (40, '44c406ac7a6b', 1800001812.25, 'ben@example.com', 'Turned down: The ‮name‬ is unclear 🤔

	And <b>the window</b> is too short.');
INSERT INTO public.history VALUES (41, '352d1568468d', 1800088273.5, 'anna@example.com', 'Wrote the first draft; saved as a draft');
INSERT INTO public.history VALUES (42, '1f1b85c39058', 1800095557.25, 'local user', 'Wrote the first draft; checked, 1 problem');
INSERT INTO public.history VALUES (43, '8b769a29aeae', 1800095618.5, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (44, '8b769a29aeae', 1800095618.5, 'local user', 'Pressed “Create in Statsig”');
INSERT INTO public.history VALUES (45, '8b769a29aeae', 1800095618.5, 'local user', 'Created in Statsig as created_in_a_project');
INSERT INTO public.history VALUES (46, 'e8fd42a63dab', 1800095679.75, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (47, 'e8fd42a63dab', 1800095679.75, 'local user', 'Pressed “Create in Statsig”');
INSERT INTO public.history VALUES (48, 'e8fd42a63dab', 1800095679.75, 'local user', 'Refused. Statsig says: must not hold ‮odd‬ text; Statsig says: is not an event of this project; Statsig says of teamID: a team is required by this project');
INSERT INTO public.history VALUES (49, 'b56fdb4e9e6e', 1800095741, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (50, 'b56fdb4e9e6e', 1800095741, 'local user', 'Pressed “Create in Statsig”');
INSERT INTO public.history VALUES (51, 'b56fdb4e9e6e', 1800095741, 'local user', 'No clear answer. Statsig answered 502, which says neither yes nor no.');
INSERT INTO public.history VALUES (52, '60c2d1a5ec21', 1800095814.25, 'local user', 'Wrote the first draft; checked, ready to create');
INSERT INTO public.history VALUES (53, '60c2d1a5ec21', 1800095814.25, 'local user', 'Pressed “Create in Statsig”');
INSERT INTO public.history VALUES (54, '60c2d1a5ec21', 1800095814.25, 'local user', 'Not sent. No connection to Statsig could be made.');
INSERT INTO public.history VALUES (55, 'e50232f81890', 1800095814.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (56, 'e50232f81890', 1800095814.25, 'local user', 'No clear answer. The sandbox answered 500, which says neither yes nor no.');
INSERT INTO public.history VALUES (57, 'b5eabb27ce31', 1800095814.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (58, 'b5eabb27ce31', 1800095814.25, 'local user', 'No clear answer. The sandbox’s answer could not be read.');
INSERT INTO public.history VALUES (59, '690df8b42e29', 1800095904.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (60, '690df8b42e29', 1800095904.25, 'local user', 'No clear answer. The sandbox answered 500, which says neither yes nor no.');
INSERT INTO public.history VALUES (61, '0f930084bbff', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (62, '0f930084bbff', 1800096004.25, 'local user', 'No clear answer. The sandbox did not answer in time.');
INSERT INTO public.history VALUES (63, '5bb7c94a4038', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (64, '5bb7c94a4038', 1800096004.25, 'local user', 'No clear answer. The sandbox’s answer could not be read.');
INSERT INTO public.history VALUES (65, '13774b39bbab', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (66, '13774b39bbab', 1800096004.25, 'local user', 'No clear answer. The sandbox’s answer could not be read.');
INSERT INTO public.history VALUES (67, '247039504ae6', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (69, '952576ecd1e1', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (71, '824e60c6b38c', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (72, '9ad1a32b4e4c', 1800096004.25, 'local user', 'Pressed “Create in the sandbox”');
INSERT INTO public.history VALUES (68, '247039504ae6', 1800096004.25, 'local user', 'No clear answer. Statsig answered that this name is in use, but the autotune was not found there. Your request may have arrived all the same.');
INSERT INTO public.history VALUES (70, '952576ecd1e1', 1800096004.25, 'local user', 'No clear answer. The sandbox answered 500, which says neither yes nor no.');



INSERT INTO public.keys VALUES ('Web', 'gAAAAABrCzxxeLq021v7QE1QTD5HYlAf7aNyAFEM_G3uLOWhzBQGNJ8NEGYeVnxZcY-80HjtlwTyfnrwZQmouferbUJVEqIT-jqgeO-S0R4WMOH6K9_cXRb8VD-t59jHiGRnuuF-T7QY-rjJWRZrN-TVXO-NYpyJ9w==', '070fca71', 'http://127.0.0.1:9/console/v1', 1800095753);
INSERT INTO public.keys VALUES ('Mobile', 'gAAAAABrCzxx5fBMW3KnuwWFd0waZy4pJppJBleWd8YnxD4dqdKuTWJ87LzUkheNnNmpPbgwK7SWqSQ2cpmUcmAfmdreNWS1FqsuCpmb913G3e5wmcx43NUh4TfPzHNUfIuDeB8pvwnj27Fl4-roe2XyfqM_6fPD2g==', '9b8e3ffc', 'http://127.0.0.1:9/console/v1', 1800095753);



INSERT INTO public.login_links VALUES ('YfUg1GMlwANUDYpPo2oCBg', 'name=From+a+link+%F0%9F%94%97&successEvent=a+%26+b&variants-0-name=r%E2%80%AE%C3%B6t&variants-1-json=%7B%22a%22:+%22b%2Bc%2520d%22%7D', 1800095994.25);






INSERT INTO public.sessions VALUES ('22354b5c62a9147b48c2661875342e56677c172b6fb8f060892684bafe8fa45c', 'anna@example.com', 'Anna', '[]', 1800088212.25, 1800088273.5);
INSERT INTO public.sessions VALUES ('05f7dc7a728f056157fdd690c9590d257ffd8ed5c2d4db4408cdeff3a1d4d448', 'ben@example.com', 'Ben', '[]', 1800088212.25, 1800088273.5);
INSERT INTO public.sessions VALUES ('2b84b5aeb039f1abb287ba63d44964a31742d9ce45aba3f9d8745f2ad015da84', 'ben@example.com', 'Ben', '[]', 1800095994.25, 1800095994.25);
INSERT INTO public.sessions VALUES ('ce02a717e15e186bccd88df04ce9361a7913c831184af858e8cadc54b4cbba79', 'carla@example.com', 'Carla', '["F\u00fchrung, S\u00fcd", "leads"]', 1800095994.25, 1800095994.25);



SELECT pg_catalog.setval('public.held_forms_id_seq', 3, true);



SELECT pg_catalog.setval('public.history_id_seq', 72, true);



ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);



ALTER TABLE ONLY public.autotunes
    ADD CONSTRAINT autotunes_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.autotunes
    ADD CONSTRAINT autotunes_token_key UNIQUE (token);



ALTER TABLE ONLY public.held_forms
    ADD CONSTRAINT held_forms_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.keys
    ADD CONSTRAINT keys_pkey PRIMARY KEY (name);



ALTER TABLE ONLY public.login_links
    ADD CONSTRAINT login_links_pkey PRIMARY KEY (token);



ALTER TABLE ONLY public.held_forms
    ADD CONSTRAINT one_held_form_of_a_token UNIQUE (email, token);



ALTER TABLE ONLY public.autotunes
    ADD CONSTRAINT one_holder_of_an_id UNIQUE (project, held_id);



ALTER TABLE ONLY public.running_copies
    ADD CONSTRAINT running_copies_pkey PRIMARY KEY (id);



ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (id);



CREATE INDEX autotunes_by_change ON public.autotunes USING btree (changed_at DESC, id);



CREATE INDEX autotunes_by_foreseen_id ON public.autotunes USING btree (project, foreseen_id);



CREATE INDEX autotunes_by_name ON public.autotunes USING btree (name_key, project);



CREATE INDEX autotunes_by_search_text ON public.autotunes USING gin (search_text public.gin_trgm_ops);



CREATE INDEX autotunes_by_state ON public.autotunes USING btree (state, changed_at DESC, id);



CREATE INDEX autotunes_by_statsig_id ON public.autotunes USING btree (project, statsig_id);



CREATE INDEX history_of_an_autotune ON public.history USING btree (autotune_id, id);



CREATE INDEX ix_autotunes_created_at ON public.autotunes USING btree (created_at);



CREATE INDEX ix_login_links_at ON public.login_links USING btree (at);



CREATE INDEX ix_sessions_email ON public.sessions USING btree (email);



ALTER TABLE ONLY public.history
    ADD CONSTRAINT history_autotune_id_fkey FOREIGN KEY (autotune_id) REFERENCES public.autotunes(id);




