"""Other people's programs read the published schema: it must be what its own specification says."""

import json
import subprocess
import urllib.request

from box import ROOT
from openapi_spec_validator import OpenAPIV31SpecValidator

# Its rules are about errors; the frames of the WebSocket are types that no operation of HTTP names.
REDOCLY = ROOT / "imd/tests/api/redocly.yaml"


def test_it_is_openapi(schema):
    assert [error.message for error in OpenAPIV31SpecValidator(schema).iter_errors()] == []


def test_redocly_has_nothing_to_say(document):
    command = [ROOT / "webui/node_modules/.bin/redocly", "lint", document, "--config", REDOCLY, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    said = json.loads(done.stdout)
    assert said["problems"] == []
    assert done.returncode == 0


def test_the_box_serves_it(box, schema):
    with urllib.request.urlopen(f"{box.origin}/api/v1/openapi.json", timeout=30) as answer:
        assert json.load(answer) == schema


# A generated client would send a photo as a list of numbers.
def test_bytes_are_bytes(schema):
    found = 0
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
            for kind, body in (content for body in bodies for content in body.get("content", {}).items()):
                assert "items" not in body["schema"] or kind == "application/json", (method, path, kind)
                found += body["schema"] == {"type": "string", "format": "binary"}
    assert found > 20


def test_every_event_is_one_whole_object(schema):
    event = schema["components"]["schemas"]["Event"]
    assert "allOf" not in event
    for kind in event["oneOf"]:
        assert {"seq", "sender", "at", "kind"} <= set(kind["required"]), kind.get("title")
    assert "EventMessage" in {kind["title"] for kind in event["oneOf"]}
