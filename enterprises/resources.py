"""What is exported of enterprises. Law: as for entries, no cell is ever taken for a formula."""

from django.utils.translation import gettext_lazy as _

from enterprises.models import Enterprise
from registry.resources import SafeResource, column


class EnterpriseResource(SafeResource):
    """Enterprises with the programmes by which they are in today's pool."""

    related = ("district", "membership")

    public_id = column("public_id", _("Public id"))
    name = column("name", _("Enterprise name"))
    uscc = column("uscc", _("Unified social credit code"))
    district = column("district__name", _("District"))
    in_scope = column("in_scope", _("In this city"))
    programmes = column("membership__programmes", _("In today's pool by"))

    class Meta:
        model = Enterprise
        fields = ("public_id", "name", "uscc", "district", "in_scope", "programmes")
        export_order = fields
