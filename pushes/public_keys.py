"""The page of the public keys, and each as a file.

Law: open to everybody, since whoever checks a package needs no account.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pushes import signing


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """Today's key and the retired ones, each with its fingerprint."""
    today = signing.today()
    retired = [key for key in signing.public_keys() if key != today]
    return render(request, "pushes/keys.html", {"today": today, "retired": retired})


@require_safe
def key(request: HttpRequest, key_id: str) -> HttpResponse:
    """One public key, in PEM form."""
    for known in signing.public_keys():
        if known.id == key_id:
            headers = {"Content-Disposition": f'attachment; filename="zzkj-{known.id}.pem"'}
            return HttpResponse(known.pem, content_type="application/x-pem-file", headers=headers)
    raise Http404
