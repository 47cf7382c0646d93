# SPDX-License-Identifier: Apache-2.0
"""The image with systemd: user data that was written for Amazon Linux, Ubuntu and Debian runs as it is."""
import email.mime.multipart
import email.mime.text
import gzip
import signal

import pytest

from support.image import CreatedKey, Key, address, built_image, find_image, output, run_image
from support.postern import Postern
from support.tutorial import Side, wait_for

# As projects have it.
LIKE_AMAZON_LINUX = """#!/bin/bash
yum update -y
yum install -y httpd
systemctl enable --now httpd
echo "from $(hostname -f) by $(ec2-metadata -i)" > /var/www/html/index.html
cat > /etc/systemd/system/hello.service <<END
[Unit]
Description=A unit that user data writes
[Service]
ExecStart=/usr/bin/python3 -m http.server 8080 --directory /var/www/html
Restart=always
[Install]
WantedBy=multi-user.target
END
systemctl daemon-reload
systemctl enable --now hello
yum install -y no-such-package || echo "yum ended with $?"
systemctl no-such-verb || echo "systemctl is real"
"""
LIKE_UBUNTU = """#!/bin/bash
apt-get update && apt-get install -y nginx && id ubuntu && touch /root/done
"""
CLOUD_CONFIG = """#cloud-config
write_files:
  - path: /etc/by-cloud-config
    content: "written"
runcmd:
  - [sh, -c, "echo run >> /root/by-cloud-config"]
"""


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """A posternd to which the image was built."""
    folder = built_image()
    with Postern(tmp_path_factory.mktemp("images"), "--image-dir", str(folder)) as running:
        yield running


@pytest.fixture(scope="module")
def side(daemon):
    return Side(daemon, "images")


@pytest.fixture(scope="module")
def group(side):
    made = side.group("all")
    side.ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[
        {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}])
    return made


@pytest.fixture(scope="module")
def key(side, tmp_path_factory):
    return Key(side, tmp_path_factory.mktemp("keys"), "mine")


@pytest.fixture(scope="module")
def web(side, group, key):
    """What a project for Amazon Linux 2023 launches."""
    return run_image(side, "al2023-ami-2023*-kernel-6.1-x86_64", group, LIKE_AMAZON_LINUX, key.name)


@pytest.fixture(scope="module")
def neighbour(side, group, key):
    return run_image(side, "debian-12-*", group, key=key.name)


def page(daemon, client: str, url: str) -> str:
    return daemon.exec(client, "curl", "-sS", "--max-time", "5", url, check=False).stdout.strip()


def runs(daemon, instance: str, *command: str) -> bool:
    return daemon.exec(instance, *command, check=False).returncode == 0


def told(side, instance: str, words: str) -> None:
    wait_for(f"the console says {words!r}", lambda: words in output(side, instance), 120,
             seen=lambda: output(side, instance)[-3000:])


def serves(daemon, side, web: str, client: str) -> None:
    for port in (80, 8080):
        url = f"http://{address(side, web)}:{port}/"
        wait_for(f"{url} answers", lambda u=url: f"by instance-id: {web}" in page(daemon, client, u),
                 120, seen=lambda: output(side, web)[-3000:])


def test_names_say_what_is_really_run(side):
    words = find_image(side, "amzn2-ami-hvm-*")["Description"]
    assert "Stands for Amazon Linux 2" in words and "Debian 12 with systemd" in words
    assert "Debian 12 with systemd" in find_image(side, "debian-12-*")["Description"]
    assert "host's own system" in find_image(side, "ami-host")["Description"]


def test_user_data_for_amazon_linux_serves_to_a_neighbour(daemon, side, web, neighbour):
    serves(daemon, side, web, neighbour)
    told(side, web, "systemctl is real")
    said = output(side, web)
    assert "+ apt-get install -y --no-install-recommends apache2" in said
    assert "the service httpd is Debian's apache2" in said
    assert "No package no-such-package available." in said and "yum ended with 1" in said
    assert daemon.exec(web, "cat", "/proc/1/comm").stdout == "systemd\n"
    assert daemon.exec(web, "systemctl", "is-active", "httpd", "apache2", "hello").stdout.split() == \
        ["active"] * 3
    assert "Debian" in daemon.exec(web, "cat", "/etc/os-release").stdout
    told(side, web, "user data: ended with status 0")
    wait_for("nothing waits", lambda: runs(daemon, web, "systemctl", "is-system-running"),
             seen=lambda: daemon.exec(web, "systemctl", "list-units", "--failed", check=False).stdout)
    told(side, web, "Multi-User System")  # systemd's own words
    # A service by its other name is the service.
    daemon.exec(web, "systemctl", "stop", "httpd")
    assert not runs(daemon, web, "systemctl", "is-active", "apache2")
    daemon.exec(web, "service", "httpd", "start")
    assert runs(daemon, web, "systemctl", "is-active", "apache2")


def test_the_key_pair_opens_ssh_by_the_proxy_and_over_the_vpc(daemon, side, key, web, neighbour, tmp_path):
    key.wait_until_let_in(daemon, "ec2-user", web)
    key.wait_until_let_in(daemon, "admin", neighbour)
    seen = key.ssh(daemon, "ec2-user", web, "id -un && sudo id -un")
    assert (seen.returncode, seen.stdout) == (0, "ec2-user\nroot\n"), seen.stderr
    assert key.ssh(daemon, "admin", neighbour, "sudo -n true").returncode == 0
    assert key.ssh(daemon, "root", web, "true").returncode == 255
    other = Key(side, tmp_path, "other")
    assert "Permission denied" in other.ssh(daemon, "ec2-user", web, "true").stderr
    # Between instances, by the network.
    run = daemon.cli("exec", neighbour, "--", "sh", "-c", "umask 077; cat > /root/key.pem",
                     input=key.file.read_text())
    assert run.returncode == 0
    seen = daemon.exec(neighbour, "ssh", "-i", "/root/key.pem", "-o", "StrictHostKeyChecking=no", "-o",
                       "BatchMode=yes", f"ec2-user@{address(side, web)}", "hostname", check=False)
    assert seen.stdout == daemon.exec(web, "hostname").stdout, seen.stderr
    # As the metadata has it.
    assert daemon.exec(web, "ec2-metadata", "-u").stdout.strip() == \
        f"public-keys: {key.public.strip()}"


@pytest.mark.parametrize("kind", ["rsa", "ed25519"])
def test_a_created_key_pair_opens_ssh_too(daemon, side, group, tmp_path, kind):
    key = CreatedKey(side, tmp_path, f"created-{kind}", kind)
    instance = run_image(side, "debian-12-*", group, key=key.name)
    key.wait_until_let_in(daemon, "admin", instance)
    seen = key.ssh(daemon, "admin", instance, "cat ~/.ssh/authorized_keys")
    described = side.ec2.describe_key_pairs(KeyNames=[key.name], IncludePublicKey=True)["KeyPairs"][0]
    assert seen.stdout.strip() == described["PublicKey"]
    side.ec2.terminate_instances(InstanceIds=[instance])


def test_its_own_reboot_a_stop_and_a_killed_daemon_bring_services_back(daemon, side, web, neighbour):
    serves(daemon, side, web, neighbour)
    before = daemon.exec(web, "cat", "/proc/sys/kernel/random/boot_id", "/etc/machine-id").stdout
    daemon.exec(web, "sh", "-c", "echo kept > /root/mine; touch /run/of-this-boot")
    daemon.exec(web, "reboot", check=False)
    wait_for("it has rebooted", lambda: runs(daemon, web, "test", "!", "-e", "/run/of-this-boot"))
    serves(daemon, side, web, neighbour)
    assert daemon.exec(web, "cat", "/root/mine").stdout == "kept\n"
    assert side.instance_state(web) == "running"

    side.ec2.stop_instances(InstanceIds=[web])
    wait_for("it is stopped", lambda: side.instance_state(web) == "stopped")
    side.ec2.start_instances(InstanceIds=[web])
    wait_for("it runs", lambda: side.instance_state(web) == "running")
    serves(daemon, side, web, neighbour)
    assert daemon.exec(web, "cat", "/proc/sys/kernel/random/boot_id", "/etc/machine-id").stdout == before
    assert output(side, web).count("user data: ended with status 0") == 1, "it ran once"

    daemon.exec(web, "touch", "/run/of-this-boot")
    daemon.stop(signal.SIGKILL)
    daemon.start()
    serves(daemon, side, web, neighbour)
    assert runs(daemon, web, "test", "-e", "/run/of-this-boot"), "it was not begun anew"

    daemon.exec(web, "poweroff", check=False)
    wait_for("it has stopped itself", lambda: side.instance_state(web) == "stopped")


def test_a_service_under_a_user_of_its_own_has_its_credentials(daemon, side, neighbour):
    """By mounts that reach it from another namespace of the instance's. [systemd.exec(5), LoadCredential]"""
    wait_for("systemd answers", lambda: runs(daemon, neighbour, "systemctl", "is-active", "basic.target"))
    told = daemon.exec(neighbour, "systemd-run", "--pipe", "--wait", "--quiet", "-p", "DynamicUser=yes",
                       "-p", "LoadCredential=name:/etc/hostname", "sh", "-c",
                       "cat $CREDENTIALS_DIRECTORY/name", check=False)
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("ip-10-0-"), told.stdout


def test_a_reboot_by_the_api_is_a_boot_anew(daemon, side, neighbour):
    daemon.exec(neighbour, "touch", "/run/of-this-boot")
    side.ec2.reboot_instances(InstanceIds=[neighbour])
    wait_for("it has rebooted", lambda: runs(daemon, neighbour, "test", "!", "-e", "/run/of-this-boot"))
    assert side.instance_state(neighbour) == "running"


def test_ubuntus_user_data_and_forms_that_are_cloud_inits(daemon, side, group):
    ubuntu = run_image(side, "ubuntu/images/*jammy*", group, LIKE_UBUNTU)
    archive = email.mime.multipart.MIMEMultipart()
    archive.attach(email.mime.text.MIMEText("#!/bin/sh\necho first > /root/parts\n", "x-shellscript"))
    archive.attach(email.mime.text.MIMEText("#!/bin/sh\necho second >> /root/parts\n", "x-shellscript"))
    archive.attach(email.mime.text.MIMEText(CLOUD_CONFIG, "cloud-config"))
    many = run_image(side, "amzn2-ami-hvm-*", group, archive.as_string())
    packed = run_image(side, "debian-12-*", group, gzip.compress(CLOUD_CONFIG.encode()))
    odd = run_image(side, "debian-12-*", group, "neither this nor that")

    for instance in (many, packed):
        wait_for("cloud-config has run",
                 lambda i=instance: runs(daemon, i, "test", "-s", "/root/by-cloud-config"), 120,
                 seen=lambda i=instance: output(side, i)[-4000:])
        assert daemon.exec(instance, "cat", "/etc/by-cloud-config").stdout == "written"
    wait_for("the parts have run", lambda: daemon.exec(
        many, "cat", "/root/parts", check=False).stdout == "first\nsecond\n")
    wait_for("it is finished", lambda: runs(daemon, ubuntu, "test", "-e", "/root/done"), 120,
             seen=lambda: output(side, ubuntu)[-3000:])
    assert "Welcome to nginx" in page(daemon, ubuntu, "http://127.0.0.1/")
    told(side, odd, "Unhandled non-multipart (text/x-not-multipart) userdata")
    # A second boot runs none of it again.
    daemon.exec(many, "touch", "/run/of-this-boot")
    daemon.exec(many, "reboot", check=False)
    wait_for("cloud-init has ended in the second boot", lambda: runs(
        daemon, many, "sh", "-c", "! test -e /run/of-this-boot && systemctl is-active postern-user-data"))
    assert daemon.exec(many, "cat", "/root/by-cloud-config", "/root/parts").stdout == \
        "run\nfirst\nsecond\n"
    assert "Invalid cloud-config" not in output(side, many)
