"""The plain resource, and the same in the library's bulk mode. Law: nothing else is tuned, for better or worse."""

from typing import Any

from import_export import fields, resources, widgets

from tests.bench.stock.models import BulkCertificate, Certificate, Holding


def _column(attribute: str, heading: str, widget: Any = None) -> Any:
    return fields.Field(attribute=attribute, column_name=heading, widget=widget)


class CertificateResource(resources.ModelResource):
    seq = _column("seq", "序号", widgets.IntegerWidget())
    name = _column("name", "企业名称")
    uscc = _column("uscc", "统一社会信用代码")
    number = _column("number", "证书编号")
    district = _column("district", "区县")
    issued_on = _column("issued_on", "发证日期", widgets.DateWidget())

    class Meta:
        model = Certificate
        import_id_fields = ("uscc",)
        fields = ("seq", "name", "uscc", "number", "district", "issued_on")


class BulkCertificateResource(CertificateResource):
    class Meta(CertificateResource.Meta):
        model = BulkCertificate
        use_bulk = True
        batch_size = 1000


class HoldingResource(resources.ModelResource):
    class Meta:
        model = Holding
        exclude = ("id",)
