"""The plain resource, and the same in the library's bulk mode. Law: nothing else is tuned, for better or worse."""

from decimal import Decimal
from typing import Any

from import_export import fields, resources, widgets

from enterprises.models import Edition, EditionMember
from financing.words import COLUMNS, Field
from tests.bench.stock.models import BulkCertificate, Certificate, Holding, Report


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


class _Exact(widgets.DecimalWidget):
    """Amounts with commas between thousands."""

    def clean(self, value: Any, row: Any = None, **_more: Any) -> Decimal | None:
        text = str(value or "").replace(",", "")
        return Decimal(text) if text else None


class _OfTwo(widgets.BooleanWidget):
    TRUE_VALUES = ["是"]
    FALSE_VALUES = ["否"]


class _Member(widgets.Widget):
    """Who is meant, by all that the row says of it."""

    def clean(self, value: Any, row: Any = None, **_more: Any) -> int:
        who = {"public_id": Field.PUBLIC_ID, "uscc": Field.USCC, "name": Field.NAME}
        told = {name: text for name, field in who.items() if (text := row[COLUMNS[field].heading])}
        return EditionMember.objects.get(edition=Edition.objects.get(), **told).pk


def _said(field: Field, widget: Any = None) -> Any:
    return _column(str(field), COLUMNS[field].heading, widget)


class ReportResource(resources.ModelResource):
    """Feedback, each row a model instance that is cleaned as forms clean theirs."""

    member = _column("member", COLUMNS[Field.NAME].heading, _Member())
    contacted = _said(Field.CONTACTED, _OfTwo())
    contacted_on = _said(Field.CONTACTED_ON, widgets.DateWidget())
    answer = _said(Field.ANSWER)
    credit_line = _said(Field.CREDIT_LINE, _Exact())
    lent = _said(Field.LENT, _Exact())
    balance = _said(Field.BALANCE, _Exact())
    first_loan = _said(Field.FIRST_LOAN, _OfTwo())
    renewal = _said(Field.RENEWAL, _OfTwo())
    credit_loan = _said(Field.CREDIT_LOAN, _OfTwo())
    rate = _said(Field.RATE, _Exact())
    period_end = _said(Field.PERIOD_END, widgets.DateWidget())

    class Meta:
        model = Report
        import_id_fields = ("member",)
        clean_model_instances = True
        fields = (
            "member", "contacted", "contacted_on", "answer", "credit_line", "lent", "balance", "first_loan",
            "renewal", "credit_loan", "rate", "period_end",
        )  # fmt: skip
