# SPDX-License-Identifier: Apache-2.0
"""What yum, dnf and amazon-linux-extras of the built image make of what they are told, without an apt."""
import importlib.machinery
import importlib.util

import pytest

from support.postern import ROOT

PROGRAM = ROOT / "image" / "like-amazon-linux" / "usr" / "bin" / "yum"


@pytest.fixture
def yum(monkeypatch):
    """The program, with an apt that has Debian's packages of the names below and notes what it is told."""
    loader = importlib.machinery.SourceFileLoader("postern_yum", str(PROGRAM))
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("postern_yum", loader))
    loader.exec_module(module)
    module.told = []
    module.apt = lambda *words: module.told.append(words) or 0
    module.is_there = lambda package: package in ("apache2", "nginx", "jq", "php", "libapache2-mod-php")
    module.enabled_services = lambda: set()
    module.name_services = lambda packages: module.told.append(("services", *packages))
    module.serve_where_amazon_linux_does = lambda: module.told.append(("nginx's root",))
    module.NothingStarts.__enter__ = lambda self: self
    module.NothingStarts.__exit__ = lambda self, *_: None
    return module


INSTALL = ("install", "-y", "--no-install-recommends")


@pytest.mark.parametrize("typed, packages", [
    ("install -y httpd", ["apache2"]),
    ("-y install httpd jq", ["apache2", "jq"]),
    ("install -y --enablerepo epel jq", ["jq"]),
    ("install -y httpd.x86_64 jq.noarch", ["apache2", "jq"]),
    ("install --disablerepo=* jq -y", ["jq"]),
    ("install -y httpd httpd24 php", ["apache2", "php", "libapache2-mod-php"]),
])
def test_names_of_amazon_linux_become_debians(yum, typed, packages):
    assert yum.yum(typed.split()) == 0
    assert yum.told == [(*INSTALL, *packages), ("services", *packages)]


def test_nginx_serves_where_amazon_linux_does(yum):
    assert yum.yum(["install", "-y", "nginx"]) == 0
    assert yum.told[-1] == ("nginx's root",)


def test_what_is_not_there_is_said_and_fails_and_the_rest_is_installed(yum, capsys):
    assert yum.yum(["install", "-y", "docker", "jq", "https://example.com/agent.rpm"]) == 1
    assert (*INSTALL, "jq") in yum.told
    said = capsys.readouterr().out
    assert "No package docker available." in said
    assert "agent.rpm is not installed: this is Debian, which has no rpm" in said


@pytest.mark.parametrize("typed", ["groupinstall development", "config-manager --add-repo x", "install", "history"])
def test_what_yum_cannot_do_here_fails(yum, typed):
    assert yum.yum(typed.split()) == 1
    assert yum.told == []


@pytest.mark.parametrize("typed, told", [
    ("update -y", [("update",), ("upgrade", "-y")]),
    ("update -y httpd", [("update",), ("install", "-y", "--only-upgrade", "apache2")]),
    ("remove -y httpd", [("remove", "-y", "apache2")]),
    ("makecache", [("update",)]),
    ("clean all", [("clean",)]),
])
def test_other_commands_are_apts(yum, typed, told):
    assert yum.yum(typed.split()) == 0
    assert yum.told == told


def test_extras_install_what_debian_has_and_refuse_versions(yum, capsys):
    assert yum.extras(["install", "-y", "nginx1"]) == 0
    assert (*INSTALL, "nginx") in yum.told
    assert yum.extras(["enable", "epel"]) == 0
    assert yum.extras(["install", "php8.2"]) == 1
    assert "The topic php8.2 is not there" in capsys.readouterr().out
    assert yum.extras(["list"]) == 1


def test_a_service_by_another_name_is_a_unit_that_can_be_enabled(yum):
    unit = yum.proxy_unit("apache2")
    assert "BindsTo=apache2.service" in unit and "WantedBy=multi-user.target" in unit
    assert "Alias=" not in unit
