"""Fills a new Tryton database with a small company; run by the Python that has trytond: `tryton_loader.py CONFIG`.

Prints the keys of two user applications for REST: the administrator's, and that of a user who may not read invoices,
nor the amounts of opportunities.
"""

import sys
from datetime import date
from decimal import Decimal

NAMES = ["Müller & Söhne", "株式会社ソラ", 'He said "no"', "شركة", "Acme"]


def main(config_file):
    from proteus import Model, config
    from trytond.modules.account.tests.tools import create_chart, create_fiscalyear, get_accounts
    from trytond.modules.account_invoice.tests.tools import create_payment_term, set_fiscalyear_invoice_sequences
    from trytond.modules.company.tests.tools import create_company

    here = config.set_trytond("rev", config_file=config_file)
    create_company()
    create_chart()
    set_fiscalyear_invoice_sequences(create_fiscalyear()).click("create_period")
    here._context = Model.get("res.user").get_preferences(True, {})
    parties = _parties(Model)
    term = create_payment_term()
    term.save()
    _deals(Model, parties)
    _invoices(Model, parties, term, get_accounts()["revenue"])
    (admin,) = Model.get("res.user").find([("login", "=", "admin")])
    sys.stdout.write(f"{_key_of(Model, admin)} {_key_of(Model, _reader(Model))}")


def _reader(model):
    group = model.get("res.group")(name="reader")
    group.save()
    model.get("ir.model.access")(model="sale.opportunity", group=group, perm_read=True).save()
    model.get("ir.model.access")(model="account.invoice", perm_read=False).save()
    model.get("ir.model.field.access")(model="sale.opportunity", field="amount", perm_read=False).save()
    user = model.get("res.user")(name="reader", login="reader", email="reader@example.com")
    user.groups.append(group)
    user.save()
    return user


def _key_of(model, user):
    application = model.get("res.user.application")(user=user, application="rest")
    application.save()
    return application.key


def _parties(model):
    party = model.get("party.party")
    found = []
    for number in range(12):
        one = party(name=f"{NAMES[number % 5]} {number}")
        one.save()
        found.append(one)
    found[-1].active = False
    found[-1].save()
    return found


def _deals(model, parties):
    deal = model.get("sale.opportunity")
    for number, party in enumerate(parties[:5]):
        deal(description=f"Deal {number}", party=party, amount=Decimal("1000.10") + number).save()


def _invoices(model, parties, term, account):
    invoice = model.get("account.invoice")
    for number, party in enumerate(parties[:2]):
        one = invoice(type="out", party=party, payment_term=term, invoice_date=date.today())  # noqa: DTZ011  # its own
        line = one.lines.new()
        line.account, line.description, line.quantity = account, f"Line {number}", 3
        line.unit_price = Decimal("33.3333")
        one.click("post")


if __name__ == "__main__":
    main(sys.argv[1])
