# SPDX-License-Identifier: Apache-2.0
"""A data directory that an older posternd has written opens, and has what every World has today."""
import json
import sqlite3

import pytest
from botocore.exceptions import ClientError

from support.postern import Postern

NEW_TABLES = ("network_acl", "route_table", "internet_gateway", "nat_gateway", "elastic_ip",
              "prefix_list")
NEW_MEMBERS = {
    "vpc": ("main_route_table_association_id",),
    "subnet": ("network_acl", "network_acl_association_id", "route_table",
               "route_table_association_id", "number"),
}


def make_older(database) -> None:
    """Takes away what schema 1 did not have."""
    with sqlite3.connect(database) as store:
        for table in NEW_TABLES:
            store.execute("DELETE FROM record WHERE kind = ?", (table,))
        for table, members in NEW_MEMBERS.items():
            rows = store.execute("SELECT id, record FROM record WHERE kind = ?", (table,)).fetchall()
            assert rows
            for row_id, text in rows:
                record = json.loads(text)
                for member in members:
                    del record[member]
                store.execute("UPDATE record SET record = ? WHERE kind = ? AND id = ?",
                              (json.dumps(record), table, row_id))
        store.execute("UPDATE meta SET value = 1 WHERE name = 'schema_version'")
    store.close()


@pytest.fixture
def postern(tmp_path):
    with Postern(tmp_path) as daemon:
        yield daemon


def test_an_older_world_gets_acls_and_main_route_tables(postern):
    account = postern.account("old")
    ec2 = account.ec2
    main = {t["VpcId"]: t["RouteTableId"] for t in ec2.describe_route_tables()["RouteTables"]}
    subnets = {s["SubnetId"] for s in ec2.describe_subnets()["Subnets"]}
    postern.stop()
    make_older(postern.data / "postern.db")
    postern.start()

    acl, = ec2.describe_network_acls()["NetworkAcls"]
    assert acl["IsDefault"]
    assert {a["SubnetId"] for a in acl["Associations"]} == subnets
    assert sorted(e["RuleNumber"] for e in acl["Entries"]) == [100, 100, 32767, 32767]
    assert {t["VpcId"]: t["RouteTableId"]
            for t in ec2.describe_route_tables()["RouteTables"]} == main
    association = ec2.describe_route_tables()["RouteTables"][0]["Associations"][0]
    assert association["Main"] and association["RouteTableAssociationId"].startswith("rtbassoc-")
    with pytest.raises(ClientError):
        ec2.delete_network_acl(NetworkAclId=acl["NetworkAclId"])

    # What was made up is stored: the next start finds the same.
    postern.stop()
    postern.start()
    again, = ec2.describe_network_acls()["NetworkAcls"]
    assert again == acl
