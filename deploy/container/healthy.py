"""Whether the site in this container answers; its exit code says so."""

import http.client
import os
import sys

host = os.environ.get("ALLOWED_HOSTS", "localhost").split(",")[0]
line = http.client.HTTPConnection("127.0.0.1", 8000, timeout=8)
try:
    line.request("GET", "/health/live", headers={"Host": host, "X-Forwarded-Proto": "https"})
    sys.exit(line.getresponse().status != 200)
except (OSError, http.client.HTTPException) as error:
    sys.exit(str(error))
