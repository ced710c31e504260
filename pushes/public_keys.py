"""The page of the public keys, and each as a file.

Law: open to everybody, since whoever checks a package needs no account.
"""

import logging

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pushes import signing
from pushes.errors import SigningKeyUnusable

logger = logging.getLogger(__name__)


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Today's key and the retired ones, each with its fingerprint."""
    return render(request, "pushes/keys.html", {"today": _today(), "retired": signing.retired_keys()})


@require_safe
def key(request: HttpRequest, key_id: str) -> HttpResponse:
    """One public key, in PEM form."""
    for known in (_today(), *signing.retired_keys()):
        if known and known.id == key_id:
            headers = {"Content-Disposition": f'attachment; filename="zzkj-{known.id}.pem"'}
            return HttpResponse(known.pem, content_type="application/x-pem-file", headers=headers)
    raise Http404


def _today() -> signing.PublicKey | None:
    """Today's key; None, and a line in the log, where this machine may not read it: then it does not sign either."""
    try:
        return signing.today()
    except SigningKeyUnusable:
        logger.exception("public keys")
        return None
