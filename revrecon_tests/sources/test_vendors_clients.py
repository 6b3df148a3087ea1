"""The vendors' own clients judge the stand-ins: what they take for their system, our connectors are tested against."""

import ssl
from datetime import UTC, datetime

import pytest
import trustme

from revrecon_tests.sandbox import hubspot, salesforce, stripe
from revrecon_tests.sandbox.serving import served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
STAMP = "2026-03-02T12:00:00.000+0000"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for the loopback, and the file that makes it known."""
    made = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.issue_cert("127.0.0.1").configure_cert(context)
    known = tmp_path_factory.mktemp("ca") / "ca.pem"
    made.cert_pem.write_to_path(str(known))
    return context, str(known)


def test_simple_salesforce_takes_the_org_for_one(authority, monkeypatch):
    from simple_salesforce import Salesforce

    context, known = authority
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", known)
    org = salesforce.Salesforce(page=200)
    for number in range(450):
        row = {"Id": f"006{number:015d}", "Name": f"Deal {number}", "Amount": "10.50", "SystemModstamp": STAMP}
        org.put("Opportunity", row)
    org.remove("Opportunity", f"006{7:015d}")
    with served(org, tls=context) as address:
        token = org.login(address.removeprefix("https://"))["access_token"]
        theirs = Salesforce(instance=address.removeprefix("https://"), session_id=token, version="66.0")
        living = theirs.query_all("SELECT Id, Amount FROM Opportunity ORDER BY Id")
        every = theirs.query_all("SELECT Id, IsDeleted FROM Opportunity ORDER BY Id", include_deleted=True)
        assert (living["totalSize"], len(living["records"]), len(every["records"])) == (449, 449, 450)
        assert living["records"][0]["Amount"] == 10.5
        told = {field["name"]: field["type"] for field in theirs.Opportunity.describe()["fields"]}
        assert (told["Amount"], told["SystemModstamp"]) == ("double", "datetime")
        pages = list(theirs.bulk2.Opportunity.query("SELECT Id, Name FROM Opportunity ORDER BY Id"))
        assert sum(page.count("006000") for page in pages) == 449


def test_simple_salesforce_changes_records_of_the_org(authority, monkeypatch):
    from simple_salesforce import Salesforce

    context, known = authority
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", known)
    org = salesforce.Salesforce()
    org.put("Opportunity", {"Id": f"006{1:015d}", "Name": "Deal", "Amount": "10.50", "SystemModstamp": STAMP})
    with served(org, tls=context) as address:
        token = org.login(address.removeprefix("https://"))["access_token"]
        theirs = Salesforce(instance=address.removeprefix("https://"), session_id=token, version="66.0")
        told = [{"attributes": {"type": "Opportunity"}, "Id": f"006{number:015d}", "Amount": 12.5} for number in (1, 2)]
        answers = theirs.restful("composite/sobjects", method="PATCH", json={"allOrNone": False, "records": told})
        assert [one["success"] for one in answers] == [True, False]
        assert answers[1]["errors"][0]["statusCode"] == "INVALID_CROSS_REFERENCE_KEY"
        found = theirs.query("SELECT Amount FROM Opportunity ORDER BY Id")
        assert found["records"][0]["Amount"] == 12.5


def test_hubspots_client_changes_records_of_the_account():
    from hubspot import HubSpot
    from hubspot.crm.companies import (
        BatchInputSimplePublicObjectBatchInput,
        BatchReadInputSimplePublicObjectId,
        SimplePublicObjectBatchInput,
        SimplePublicObjectId,
    )

    account = hubspot.HubSpot()
    stamp = "2026-03-02T12:00:00.000Z"
    account.put("companies", {"id": "701", "name": "Old", "createdAt": stamp, "updatedAt": stamp})
    with served(account) as address:
        batches = HubSpot(access_token=hubspot.TOKEN, host=address).crm.companies.batch_api
        inputs = [SimplePublicObjectBatchInput(id=key, properties={"name": "New"}) for key in ("701", "702")]
        told = batches.update(BatchInputSimplePublicObjectBatchInput(inputs=inputs))
        assert ([one.id for one in told.results], told.num_errors) == (["701"], 1)
        asked = BatchReadInputSimplePublicObjectId(
            inputs=[SimplePublicObjectId(id="701")], properties=["name"], properties_with_history=[]
        )
        assert batches.read(asked).results[0].properties["name"] == "New"


def test_hubspots_client_takes_the_account_for_one():
    from hubspot import HubSpot
    from hubspot.crm.companies import Filter, FilterGroup, PublicObjectSearchRequest

    account = hubspot.HubSpot()
    for number in range(250):
        stamp = f"2026-03-02T12:00:{number % 60:02d}.000Z"
        row = {"id": str(700 + number), "name": f"Company {number}", "createdAt": stamp, "updatedAt": stamp}
        account.put("companies", row)
    account.remove("companies", "703")
    with served(account) as address:
        companies = HubSpot(access_token=hubspot.TOKEN, host=address).crm.companies
        found = companies.get_all(properties=["name"])
        assert (len(found), found[0].properties["name"]) == (249, "Company 0")
        named = Filter(property_name="name", operator="EQ", value="Company 9")
        asked = PublicObjectSearchRequest(filter_groups=[FilterGroup(filters=[named])], properties=["name"], limit=10)
        told = companies.search_api.do_search(public_object_search_request=asked)
        assert (told.total, told.results[0].id, told.results[0].created_at.tzinfo is not None) == (1, "709", True)


def test_stripes_client_takes_the_account_for_one():
    import stripe as theirs

    account = stripe.Stripe(clock=lambda: datetime(2026, 3, 3, tzinfo=UTC))
    for number in range(250):
        row = {"id": f"cus_{number:05d}", "name": f"Customer {number}", "created": str(1772452800 + number)}
        account.put("customer", {**row, "metadata_netsuite_id": "4021", "deleted": "false"})
    account.remove("customer", "cus_00003")
    with served(account) as address:
        client = theirs.StripeClient(stripe.KEY, base_addresses={"api": address})
        found = list(client.v1.customers.list({"limit": 100}).auto_paging_iter())
        assert (len(found), found[0].id, found[0].metadata["netsuite_id"]) == (249, "cus_00249", "4021")
        (gone,) = client.v1.events.list({"type": "customer.deleted"}).data
        assert gone.data.object["id"] == "cus_00003"
        with pytest.raises(theirs.AuthenticationError):
            theirs.StripeClient("wrong", base_addresses={"api": address}).v1.customers.list()
