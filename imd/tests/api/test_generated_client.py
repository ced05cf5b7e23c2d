"""A client that a program made from the schema, with nobody's hand in it, does what people do."""

import importlib
import io
import os
import pathlib
import subprocess
import sys

import pytest


@pytest.fixture(scope="module")
def client(document, tmp_path_factory):
    """Its package; what the generator could not understand is a fault of the schema."""
    folder = tmp_path_factory.mktemp("generated")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--path", document, "--meta", "none"]
    command += ["--output-path", folder / "imbox_client", "--fail-on-warning", "--config", pathlib.Path(__file__).parent / "client.yaml"]
    # It lays out what it made by a program that lies beside it.
    path = {**os.environ, "PATH": f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(command, env=path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    yield importlib.import_module("imbox_client")
    sys.path.remove(str(folder))


def test_it_claims_joins_lists_sends_and_uploads(client, box):
    def operation(name):
        return importlib.import_module(f"imbox_client.api.{name}")

    models = importlib.import_module("imbox_client.models")
    types = importlib.import_module("imbox_client.types")
    anyone = client.Client(base_url=box.origin)

    claim = models.Claim(code=box.claim_code, name="Olga", password="lilac fence seven", box_name="Garden House")
    owner = operation("sign_in.sign_in_claim").sync(client=anyone, body=claim, accept_token=True)
    owner = client.AuthenticatedClient(base_url=box.origin, token=owner.token)
    invite = operation("invites.invites_make").sync(client=owner, body=models.NewInvite(rooms=[]))

    joined = operation("sign_in.sign_in_join_box").sync(
        client=anyone, body=models.Join(name="Mei", invite=invite.invite.code), accept_token=True
    )
    mei = client.AuthenticatedClient(base_url=box.origin, token=joined.token)
    [hall] = operation("rooms.rooms_list").sync(client=mei)

    content = types.File(payload=io.BytesIO("字".encode() * 1000), file_name="字.txt")
    file = operation("files.files_upload").sync(hall.id, client=mei, body=content, name="字.txt")
    assert (file.name, file.size) == ("字.txt", 3000)
    message = models.NewMessage(client_id="1", text="Here it is", files=[file.id])
    receipt = operation("rooms.rooms_send").sync(hall.id, client=mei, body=message)

    page = operation("rooms.rooms_events").sync(hall.id, client=owner)
    last = page.events[-1]
    assert isinstance(last, models.EventMessage)
    assert (last.seq, last.text, last.files[0].id) == (receipt.seq, "Here it is", file.id)
    assert operation("files.files_get").sync(file.id, client=owner).payload.read() == "字".encode() * 1000

    # In parts, as tus has it.
    begun = operation("uploads.uploads_begin").sync_detailed(client=mei, room=hall.id, name="b.bin", upload_length=6)
    upload = begun.parsed
    for at, part in ((0, b"abc"), (3, b"def")):
        body = types.File(payload=io.BytesIO(part))
        sent = operation("uploads.uploads_append").sync_detailed(upload.id, client=mei, body=body, upload_offset=at)
        assert sent.status_code == 204, sent
    whole = operation("uploads.uploads_get").sync(upload.id, client=mei)
    assert (whole.offset, whole.file.name, whole.file.size) == (6, "b.bin", 6)

    # A refusal is a type too, with its code.
    refused = operation("rooms.rooms_get").sync(4711, client=mei)
    assert refused.error.code == models.ErrorCode.NOT_FOUND
