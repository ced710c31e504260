"""The plain import in the admin."""

from django.contrib import admin
from import_export.admin import ImportMixin

from tests.bench.stock.models import BulkCertificate, Certificate
from tests.bench.stock.resources import BulkCertificateResource, CertificateResource


@admin.register(Certificate)
class CertificateAdmin(ImportMixin, admin.ModelAdmin):
    resource_classes = [CertificateResource]


@admin.register(BulkCertificate)
class BulkCertificateAdmin(ImportMixin, admin.ModelAdmin):
    resource_classes = [BulkCertificateResource]
