"""What schemathesis is told of bodies that it does not know."""

import schemathesis

schemathesis.serializer.alias(["application/offset+octet-stream", "application/x-tar"], "application/octet-stream")
