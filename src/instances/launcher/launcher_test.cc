// SPDX-License-Identifier: Apache-2.0
// Hosts that really run: what they are inside, what they may not see, and what is left of them.
#include "instances/launcher/launcher.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

#include "instances/image/host_image.h"
#include "instances/launcher/console.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

bool wait_until(const std::function<bool()>& condition) {
  for (int i = 0; i < 4000; ++i) {
    if (condition()) {
      return true;
    }
    std::this_thread::sleep_for(5ms);
  }
  return false;
}

std::vector<std::string> names_below(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored)) {
    names.push_back(entry.path());
  }
  return names;
}

class LauncherTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // /var/tmp: on a disk, where overlay layers can be on every kernel.
    std::string folder = "/var/tmp/postern-launcher-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    launcher_.emplace(opened());
    auto image = host_image("/", {folder_});
    ASSERT_TRUE(image.has_value()) << image.error().message();
    image_ = std::move(*image);
  }

  // Whatever a test did: nothing may be left when no host is known any more.
  void TearDown() override {
    launcher_->collect_garbage({});
    EXPECT_THAT(names_below(state_dir()), ::testing::IsEmpty());
    EXPECT_THAT(names_below(run_dir() + "/netns"), ::testing::IsEmpty());
    EXPECT_THAT(read_file("/proc/self/mounts"), Not(HasSubstr(folder_)));
    for (const std::string& cgroup : cgroups_) {
      EXPECT_FALSE(fs::exists(cgroup)) << cgroup;
    }
    for (const Fd& pidfd : started_) {
      EXPECT_TRUE(has_ended(pidfd, 0));
    }
    for (const std::string& file : planted_) {
      fs::remove(file);
    }
    fs::remove_all(folder_);
  }

  std::string state_dir() const { return folder_ + "/state"; }
  std::string run_dir() const { return folder_ + "/run"; }

  Launcher opened() {
    auto launcher = Launcher::open(
        {.state_dir = state_dir(), .run_dir = run_dir(), .init_program = POSTERN_INIT});
    EXPECT_TRUE(launcher.has_value()) << launcher.error().message();
    return std::move(*launcher);
  }

  static HostSpec spec(const std::string& id, const std::string& user_data) {
    return {.id = id,
            .hostname = "ip-10-0-1-5",
            .domain = "ap-northeast-1.compute.internal",
            .address = *IpAddress::parse("10.0.1.5"),
            .resolvers = {*IpAddress::parse("10.0.0.2")},
            .user_data = user_data};
  }

  Process run(const HostSpec& host) {
    auto prepared = launcher_->prepare(host, image_);
    EXPECT_TRUE(prepared.has_value()) << prepared.error().message();
    auto process = launcher_->start(std::move(*prepared));
    EXPECT_TRUE(process.has_value()) << process.error().message();
    started_.push_back(open_process(*process));
    const auto record = decode_record(read_file(state_dir() + "/" + host.id + "/state.json"));
    EXPECT_TRUE(record.has_value());
    cgroups_.insert(cgroups_.end(), record->cgroups.begin(), record->cgroups.end());
    return *process;
  }

  // Runs a new host with `script` as its user data to the script's end; what it printed.
  std::string output_of(const std::string& script, const std::string& id = "i-1") {
    run(spec(id, "#!/bin/bash\n" + script));
    EXPECT_TRUE(wait_for_user_data(id));
    return console().user_data_output(id);
  }

  bool wait_for_user_data(const std::string& id) {
    return wait_until([&] { return console().user_data_status(id).has_value(); });
  }

  Console console() const { return Console(state_dir()); }

  // A file on the host that goes with the test.
  void plant(const std::string& path, const std::string& text, mode_t mode) {
    std::ofstream(path) << text;
    chmod(path.c_str(), mode);
    planted_.push_back(path);
  }

  std::string folder_;
  std::vector<std::string> cgroups_;
  std::vector<std::string> planted_;
  std::vector<Fd> started_;
  std::optional<Launcher> launcher_;
  Image image_;
};

TEST_F(LauncherTest, A_host_has_its_own_name_users_network_and_processes) {
  const std::string out = output_of(R"sh(
    echo "name $(hostname) $(cat /etc/hostname) $(hostname -f)"
    echo "user $(id -u):$(id -g) $HOME $PWD"
    echo "network" $(ls /sys/class/net) $(cat /sys/class/net/lo/operstate)
    echo "processes" $(cat /proc/[0-9]*/comm | sort -u)
    echo "first $(cat /proc/1/comm) $(tr '\0' ' ' < /proc/1/cmdline)"
    echo "resolver" $(grep -v '^#' /etc/resolv.conf)
    echo "devices" $(cd /dev && echo *)
    echo "cgroup $(grep ^0:: /proc/self/cgroup)"
    )sh");
  EXPECT_THAT(out, HasSubstr("name ip-10-0-1-5 ip-10-0-1-5 "
                             "ip-10-0-1-5.ap-northeast-1.compute.internal\n"));
  EXPECT_THAT(out, HasSubstr("user 0:0 /root /\n"));
  EXPECT_THAT(out, HasSubstr("network lo unknown\n"));
  EXPECT_THAT(out, HasSubstr("first postern-init postern-init boot \n"));
  EXPECT_THAT(out, HasSubstr("resolver search ap-northeast-1.compute.internal nameserver 10.0.0.2 "
                             "options timeout:2 attempts:5\n"));
  EXPECT_THAT(out, HasSubstr("devices fd full mqueue null ptmx pts random shm stderr stdin stdout "
                             "tty urandom zero\n"));
  EXPECT_THAT(out, HasSubstr("cgroup 0::/\n"));
  EXPECT_THAT(out, Not(HasSubstr("launcher_test")));
  EXPECT_THAT(console().output("i-1"), HasSubstr("user data: ended with status 0"));
  EXPECT_THAT(console().output("i-1"), HasSubstr("name ip-10-0-1-5"));
}

TEST_F(LauncherTest, What_the_host_keeps_secret_is_not_there) {
  const std::string tag = fs::path(folder_).filename();
  plant("/root/" + tag, "SECRET", 0644);
  plant("/home/" + tag, "SECRET", 0644);
  plant("/etc/" + tag, "SECRET", 0640);
  plant("/var/lib/" + tag, "SECRET", 0644);
  plant("/var/log/" + tag, "SECRET", 0644);
  plant("/opt/" + tag, "SECRET", 0644);
  plant("/" + tag, "SECRET", 0644);
  plant("/tmp/" + tag, "SECRET", 0644);
  plant(folder_ + "/secret", "SECRET", 0644);
  const auto image = host_image("/", {folder_});
  ASSERT_TRUE(image.has_value());
  image_ = *image;
  const std::string out = output_of(
      "for d in /root /home /etc /var/lib /var/log /opt '' /tmp /var/tmp; do cat $d/" + tag +
      " && echo FOUND in $d; done; cat " + folder_ + "/secret && echo FOUND\n" + R"sh(
      echo "root:" $(ls -A /root) "run:" $(ls -A /run) "top:" $(ls -A /)
      echo "machine" $(cat /etc/machine-id)
      echo "passwords $(cut -d: -f2 /etc/shadow | sort -u)"
      mount | grep -v -E ' on /((proc|sys|dev|run)(/[a-z/]*)?)? ' && echo FOUND a mount
      )sh");
  EXPECT_THAT(out, Not(HasSubstr("SECRET")));
  EXPECT_THAT(out, Not(HasSubstr("FOUND")));
  EXPECT_THAT(out, HasSubstr("root: .bashrc .profile run: lock top: "));
  EXPECT_THAT(out, HasSubstr("passwords *\n"));
  EXPECT_THAT(out, Not(HasSubstr(read_file("/etc/machine-id"))));
}

TEST_F(LauncherTest, What_is_written_inside_stays_inside) {
  const std::string tag = fs::path(folder_).filename();
  const std::string before = read_file("/etc/passwd");
  const std::string out =
      output_of("echo in > /usr/bin/" + tag + " && echo evil >> /etc/passwd && " +
                "rm /usr/bin/env && chown nobody /etc/hosts.allow; "
                "useradd -m somebody && su somebody -c 'id -un'\n" +
                "ls -l /usr/bin/" + tag + " /usr/bin/env");
  EXPECT_THAT(out, HasSubstr("somebody\n"));
  EXPECT_THAT(out, HasSubstr("cannot access '/usr/bin/env'"));
  EXPECT_FALSE(fs::exists("/usr/bin/" + tag));
  EXPECT_TRUE(fs::exists("/usr/bin/env"));
  EXPECT_EQ(read_file("/etc/passwd"), before);
  // On disk, ids are the instance's own: a layer does not depend on who used it.
  struct stat info{};
  ASSERT_EQ(stat((state_dir() + "/i-1/layers/0/upper/usr/bin/" + tag).c_str(), &info), 0);
  EXPECT_EQ(info.st_uid, 0u);
}

TEST_F(LauncherTest, Root_inside_is_nobody_outside) {
  const Process process = run(spec("i-1", "#!/bin/sh\nexec sleep 1000\n"));
  const std::string status = read_file(fmt::format("/proc/{}/status", process.pid));
  std::istringstream uid(status.substr(status.find("Uid:") + 4));
  std::uint32_t real = 0;
  uid >> real;
  EXPECT_GE(real, 0x70000000u);
  EXPECT_LT(real, 0x7ffe0000u);
  EXPECT_THAT(status, HasSubstr("NoNewPrivs:\t0"));  // sudo works
  EXPECT_THAT(status, HasSubstr("Seccomp:\t2"));
}

TEST_F(LauncherTest, Calls_that_reach_past_the_namespaces_are_refused) {
  const std::string out =
      output_of(fmt::format(R"sh(
    try() {{ perl -e '@n = map {{ 0 + $_ }} @ARGV; syscall($n[0], @n[1..$#n]); print "$ARGV[0] " . ($!+0) . "\n"' -- "$@"; }}
    try {} 0 0 0
    try {} 0
    try {} 8 0
    try {} 0 0 0
    mknod /tmp/disk b 8 0 || echo no device
    mount -t tmpfs none /mnt && echo mounts
    unshare -n true && echo unshares
    grep CapBnd /proc/self/status
    )sh",
                            SYS_bpf, SYS_userfaultfd, SYS_io_uring_setup, SYS_keyctl));
  EXPECT_THAT(out, HasSubstr(fmt::format("{} {}\n", SYS_bpf, EPERM)));
  EXPECT_THAT(out, HasSubstr(fmt::format("{} {}\n", SYS_userfaultfd, EPERM)));
  EXPECT_THAT(out, HasSubstr(fmt::format("{} {}\n", SYS_io_uring_setup, ENOSYS)));
  EXPECT_THAT(out, HasSubstr(fmt::format("{} {}\n", SYS_keyctl, EPERM)));
  EXPECT_THAT(out, HasSubstr("no device\n"));
  EXPECT_THAT(out, HasSubstr("\nmounts\nunshares\n"));
  EXPECT_THAT(out, HasSubstr("CapBnd:\t00000000b5acfdff\n"))
      << "a change of what instances may do needs a look at confine.cc";
}

TEST_F(LauncherTest, User_data_runs_once_and_files_stay_over_a_stop_and_start) {
  const HostSpec host = spec("i-1",
                             "#!/bin/sh\necho run >> /root/runs; cat /root/runs; hostname changed\n"
                             "echo 10.9.9.9 mine >> /etc/hosts; exit 7\n");
  run(host);
  ASSERT_TRUE(wait_for_user_data("i-1"));
  EXPECT_EQ(console().user_data_status("i-1"), 7);
  ASSERT_TRUE(launcher_->power_off("i-1").has_value());
  ASSERT_TRUE(launcher_->stop("i-1", 10s).has_value());
  EXPECT_EQ(launcher_->find("i-1")->running, std::nullopt);
  EXPECT_TRUE(launcher_->find("i-1")->booted);
  EXPECT_THAT(console().output("i-1"), HasSubstr("powered off")) << "readable while stopped";

  run(host);
  EXPECT_TRUE(wait_until(
      [&] { return console().output("i-1").find("not run again") != std::string::npos; }));
  EXPECT_EQ(console().user_data_output("i-1"), "run\n");
  EXPECT_EQ(read_file(state_dir() + "/i-1/layers/0/upper/root/runs"), "run\n");
  EXPECT_THAT(read_file(state_dir() + "/i-1/layers/0/upper/etc/hosts"), HasSubstr("10.9.9.9 mine"));
}

TEST_F(LauncherTest, User_data_that_is_no_script_is_refused_in_words) {
  for (const char* data : {"#cloud-config\npackages: [httpd]\n", "echo no shebang\n"}) {
    run(spec("i-1", data));
    ASSERT_TRUE(wait_until([&] { return !console().user_data_output("i-1").empty(); }));
    EXPECT_THAT(console().user_data_output("i-1"), HasSubstr("does not start with #!"));
    EXPECT_EQ(console().user_data_status("i-1"), std::nullopt);
    ASSERT_TRUE(launcher_->remove("i-1").has_value());
  }
}

TEST_F(LauncherTest, A_missing_interpreter_is_told_and_an_endless_script_has_no_status) {
  run(spec("i-1", "#!/no/such/shell\n"));
  ASSERT_TRUE(wait_for_user_data("i-1"));
  EXPECT_EQ(console().user_data_status("i-1"), 127);
  EXPECT_THAT(console().user_data_output("i-1"), HasSubstr("cannot be run"));

  run(spec("i-2", "#!/bin/sh\necho started\nexec sleep 1000\n"));
  ASSERT_TRUE(wait_until([&] { return console().user_data_output("i-2") == "started\n"; }));
  EXPECT_EQ(console().user_data_status("i-2"), std::nullopt);
}

TEST_F(LauncherTest, What_the_script_left_in_the_background_goes_on) {
  output_of("(while :; do echo tick; sleep 0.01; done) & disown; echo end of script");
  const std::string at_end = console().user_data_output("i-1");
  EXPECT_TRUE(
      wait_until([&] { return console().user_data_output("i-1").size() > at_end.size() + 50; }));
  EXPECT_TRUE(launcher_->find("i-1")->running.has_value());
}

TEST_F(LauncherTest, The_network_can_be_set_up_before_the_first_process_runs) {
  auto prepared = launcher_->prepare(
      spec("i-1", "#!/bin/sh\ncat /sys/class/net/eth0/address\nls /sys/class/net | wc -l\n"),
      image_);
  ASSERT_TRUE(prepared.has_value()) << prepared.error().message();
  struct stat by_fd{};
  struct stat by_path{};
  ASSERT_EQ(fstat(prepared->netns(), &by_fd), 0);
  ASSERT_EQ(stat(launcher_->netns_path("i-1").c_str(), &by_path), 0);
  EXPECT_EQ(by_fd.st_ino, by_path.st_ino);
  EXPECT_EQ(console().output("i-1"), "") << "nothing has run";
  const std::string add = fmt::format(
      "nsenter --net={} ip link add eth0 address 02:00:00:00:00:07 type veth peer name eth1",
      launcher_->netns_path("i-1"));
  ASSERT_EQ(std::system(add.c_str()), 0);
  ASSERT_TRUE(launcher_->start(std::move(*prepared)).has_value());
  ASSERT_TRUE(wait_for_user_data("i-1"));
  EXPECT_EQ(console().user_data_output("i-1"), "02:00:00:00:00:07\n3\n");
}

TEST_F(LauncherTest, Two_hosts_know_nothing_of_each_other) {
  run(spec("i-1", "#!/bin/sh\necho one > /root/mine\nexec sleep 1000\n"));
  const std::string out =
      output_of("cat /root/mine; ps -e | grep -c sleep; ls /proc/1/root", "i-2");
  EXPECT_THAT(out, HasSubstr("/root/mine: No such file"));
  EXPECT_THAT(out, HasSubstr("\n0\n"));
  EXPECT_NE(read_file(state_dir() + "/i-1/layers/0/upper/etc/machine-id"),
            read_file(state_dir() + "/i-2/layers/0/upper/etc/machine-id"));
  EXPECT_EQ(launcher_->list().size(), 2u);
}

TEST_F(LauncherTest, A_host_outlives_who_started_it_and_is_found_again) {
  const pid_t starter = fork();
  if (starter == 0) {
    Launcher launcher = opened();
    auto prepared = launcher.prepare(spec("i-1", "#!/bin/sh\nexec sleep 1000\n"), image_);
    _exit(prepared && launcher.start(std::move(*prepared)) ? 0 : 1);
  }
  int status = -1;
  waitpid(starter, &status, 0);
  ASSERT_EQ(status, 0);

  launcher_.emplace(opened());
  const auto found = launcher_->find("i-1");
  ASSERT_TRUE(found && found->running);
  const Fd pidfd = launcher_->watch("i-1");
  EXPECT_FALSE(has_ended(pidfd, 0));
  EXPECT_EQ(find_running(state_dir(), "i-1"), found->running);
  EXPECT_EQ(find_running(state_dir(), "i-2"), std::nullopt);
  const std::string stat = read_file(fmt::format("/proc/{}/stat", found->running->pid));
  EXPECT_THAT(stat, ::testing::ContainsRegex(R"(\) [A-Z] [0-9]+ [0-9]+ [0-9]+ 0 )")) << "no terminal";
  EXPECT_THAT(read_file(fmt::format("/proc/{}/status", found->running->pid)),
              Not(HasSubstr(fmt::format("PPid:\t{}\n", getpid()))));
  EXPECT_EQ(names_below(fmt::format("/proc/{}/fd", found->running->pid)).size(), 3u)
      << "of what the starter had open, nothing";
  ASSERT_TRUE(launcher_->stop("i-1", 0ms).has_value());
  EXPECT_TRUE(has_ended(pidfd, 0));
}

TEST_F(LauncherTest, A_host_of_before_the_machine_restarted_is_not_running_but_keeps_its_files) {
  run(spec("i-1", "#!/bin/sh\ntrue\n"));
  ASSERT_TRUE(wait_for_user_data("i-1"));
  ASSERT_TRUE(launcher_->power_off("i-1").has_value());
  EXPECT_TRUE(has_ended(started_.front(), 10'000));
  // As the machine's restart leaves the record: some process may have the id now.
  auto record = decode_record(read_file(state_dir() + "/i-1/state.json"));
  ASSERT_TRUE(record.has_value());
  record->boot_id = "another";
  record->process = *name_process(getpid());
  std::ofstream(state_dir() + "/i-1/state.json") << encode(*record);

  launcher_.emplace(opened());
  const auto found = launcher_->find("i-1");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->running, std::nullopt);
  EXPECT_TRUE(found->booted);
  EXPECT_TRUE(found->rebooted);
  run(spec("i-1", "#!/bin/sh\ntrue\n"));
  EXPECT_TRUE(launcher_->find("i-1")->running.has_value());
}

TEST_F(LauncherTest, Power_off_lets_processes_end_by_themselves) {
  run(spec("i-1",
           "#!/bin/bash\ntrap 'echo got TERM; exit 0' TERM\necho ready\n"
           "while :; do sleep 0.01; done\n"));
  ASSERT_TRUE(wait_until([&] { return console().user_data_output("i-1") == "ready\n"; }));
  ASSERT_TRUE(launcher_->power_off("i-1").has_value());
  EXPECT_TRUE(has_ended(started_.front(), 10'000));
  ASSERT_TRUE(launcher_->stop("i-1", 0ms).has_value());
  EXPECT_THAT(console().user_data_output("i-1"), HasSubstr("got TERM\n"));
  EXPECT_THAT(console().output("i-1"), HasSubstr("powered off"));
}

TEST_F(LauncherTest, A_host_that_does_not_power_off_in_time_is_killed) {
  run(spec("i-1", "#!/bin/bash\ntrap '' TERM HUP\necho ready\nwhile :; do sleep 0.01; done\n"));
  ASSERT_TRUE(wait_until([&] { return console().user_data_output("i-1") == "ready\n"; }));
  ASSERT_TRUE(launcher_->power_off("i-1").has_value());
  ASSERT_TRUE(launcher_->stop("i-1", 50ms).has_value());
  EXPECT_TRUE(has_ended(started_.front(), 0));
  EXPECT_THAT(console().output("i-1"), Not(HasSubstr("powered off")));
}

TEST_F(LauncherTest, Stubborn_processes_are_killed_by_the_power_off_itself) {
  run(spec("i-1", "#!/bin/bash\ntrap '' TERM HUP\necho ready\nwhile :; do sleep 0.01; done\n"));
  ASSERT_TRUE(wait_until([&] { return console().user_data_output("i-1") == "ready\n"; }));
  ASSERT_TRUE(launcher_->power_off("i-1").has_value());
  EXPECT_TRUE(has_ended(started_.front(), 20'000));
  EXPECT_THAT(console().output("i-1"), HasSubstr("powered off"));
}

TEST_F(LauncherTest, A_start_that_fails_says_why_and_leaves_nothing) {
  image_.trees[0].from = folder_ + "/no-such-image";
  auto prepared = launcher_->prepare(spec("i-1", ""), image_);
  ASSERT_TRUE(prepared.has_value()) << prepared.error().message();
  const auto started = launcher_->start(std::move(*prepared));
  ASSERT_FALSE(started.has_value());
  EXPECT_THAT(started.error().message(), HasSubstr("no-such-image"));
  EXPECT_EQ(started.error().kind(), ErrorKind::Environment);
  EXPECT_FALSE(launcher_->find("i-1").has_value());
  EXPECT_THAT(names_below(run_dir() + "/netns"), ::testing::IsEmpty());
  EXPECT_FALSE(fs::exists(state_dir() + "/i-1"));
}

TEST_F(LauncherTest, A_prepared_host_that_is_given_up_leaves_nothing) {
  auto prepared = launcher_->prepare(spec("i-1", ""), image_);
  ASSERT_TRUE(prepared.has_value()) << prepared.error().message();
  const Process waiting = *launcher_->find("i-1")->running;
  ASSERT_TRUE(launcher_->abandon(std::move(*prepared)).has_value());
  EXPECT_FALSE(open_process(waiting));
  EXPECT_FALSE(launcher_->find("i-1").has_value());
  EXPECT_THAT(names_below(run_dir() + "/netns"), ::testing::IsEmpty());
  EXPECT_FALSE(fs::exists(state_dir() + "/i-1"));
}

TEST_F(LauncherTest, A_failure_of_pid_1_comes_back_in_its_own_words) {
  // An image without /proc: PID 1 finds out when it sets itself up.
  const std::string tree = folder_ + "/image";
  fs::create_directories(tree + "/sys");
  auto prepared =
      launcher_->prepare(spec("i-1", ""), Image{.trees = {{.at = "/", .from = tree}}, .seeds = {}});
  ASSERT_TRUE(prepared.has_value()) << prepared.error().message();
  const auto started = launcher_->start(std::move(*prepared));
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().message(), "mounting root/proc: No such file or directory");
  EXPECT_FALSE(launcher_->find("i-1").has_value());
}

TEST_F(LauncherTest, A_file_system_that_cannot_map_ids_is_named) {
  // /proc is one on every kernel.
  image_.trees[0].from = "/proc";
  auto prepared = launcher_->prepare(spec("i-1", ""), image_);
  ASSERT_TRUE(prepared.has_value());
  const auto started = launcher_->start(std::move(*prepared));
  ASSERT_FALSE(started.has_value());
  EXPECT_EQ(started.error().message(),
            "the file system of /proc does not support id-mapped mounts, which instances need");
  const auto checked = launcher_->check_machine({{.at = "/", .from = "/proc"}});
  ASSERT_FALSE(checked.has_value());
  EXPECT_THAT(checked.error().message(), HasSubstr("This machine cannot run instances: the file"));
}

TEST_F(LauncherTest, This_machine_passes_its_own_check) {
  const auto checked = launcher_->check_machine(image_.trees);
  EXPECT_TRUE(checked.has_value()) << checked.error().message();
  EXPECT_TRUE(launcher_->list().empty());
}

TEST_F(LauncherTest, Without_its_init_a_launcher_does_not_open) {
  const auto launcher = Launcher::open(
      {.state_dir = state_dir(), .run_dir = run_dir(), .init_program = folder_ + "/none"});
  ASSERT_FALSE(launcher.has_value());
  EXPECT_THAT(launcher.error().message(), HasSubstr("/none"));
}

TEST_F(LauncherTest, A_daemon_that_dies_between_the_halves_of_a_start_leaves_no_process) {
  const pid_t daemon = fork();
  if (daemon == 0) {
    Launcher launcher = opened();
    const auto prepared = launcher.prepare(spec("i-1", ""), image_);
    _exit(prepared ? 0 : 1);
  }
  int status = -1;
  waitpid(daemon, &status, 0);
  ASSERT_EQ(status, 0);
  launcher_.emplace(opened());
  ASSERT_TRUE(launcher_->find("i-1").has_value());
  EXPECT_TRUE(wait_until([&] { return !launcher_->find("i-1")->running; }));
  EXPECT_FALSE(launcher_->find("i-1")->booted);
  // And the same instance can be started all the same, from fresh files.
  EXPECT_THAT(output_of("echo fresh"), HasSubstr("fresh"));
}

TEST_F(LauncherTest, Garbage_is_collected_and_what_is_known_is_kept) {
  run(spec("i-kept", "#!/bin/sh\nexec sleep 1000\n"));
  run(spec("i-lost", "#!/bin/sh\nexec sleep 1000\n"));
  fs::create_directories(state_dir() + "/i-without-record/layers");
  std::ofstream(run_dir() + "/netns/i-stray");
  launcher_->collect_garbage({"i-kept"});
  EXPECT_TRUE(launcher_->find("i-kept")->running.has_value());
  EXPECT_FALSE(has_ended(started_[0], 0));
  EXPECT_TRUE(has_ended(started_[1], 0));
  EXPECT_EQ(launcher_->list().size(), 1u);
  EXPECT_FALSE(fs::exists(state_dir() + "/i-without-record"));
  EXPECT_FALSE(fs::exists(run_dir() + "/netns/i-stray"));
}

TEST_F(LauncherTest, Removing_twice_and_what_never_was_is_fine) {
  run(spec("i-1", ""));
  EXPECT_TRUE(launcher_->remove("i-1").has_value());
  EXPECT_TRUE(launcher_->remove("i-1").has_value());
  EXPECT_TRUE(launcher_->remove("i-never").has_value());
  EXPECT_TRUE(launcher_->stop("i-never", 0ms).has_value());
}

TEST_F(LauncherTest, Links_and_pipes_planted_inside_lead_the_reader_nowhere) {
  const std::string tag = fs::path(folder_).filename();
  plant("/root/" + tag, "SECRET", 0600);
  output_of("rm /var/log/cloud-init-output.log; ln -s /root/" + tag +
            " /var/log/cloud-init-output.log");
  EXPECT_EQ(console().user_data_output("i-1"), "");
  output_of("rm /var/log/cloud-init-output.log; mkfifo /var/log/cloud-init-output.log", "i-2");
  EXPECT_EQ(console().user_data_output("i-2"), "");
  output_of("rm -r /var/log; ln -s /root /var/log", "i-3");
  EXPECT_EQ(console().user_data_output("i-3"), "");
}

TEST_F(LauncherTest, A_link_at_resolv_conf_is_replaced_and_not_followed) {
  output_of("rm /etc/resolv.conf; echo mine > /root/target; ln -s /root/target /etc/resolv.conf");
  ASSERT_TRUE(launcher_->stop("i-1", 0ms).has_value());
  run(spec("i-1", ""));
  EXPECT_EQ(read_file(state_dir() + "/i-1/layers/0/upper/root/target"), "mine\n");
  EXPECT_THAT(read_file(state_dir() + "/i-1/layers/0/upper/etc/resolv.conf"),
              HasSubstr("nameserver 10.0.0.2"));
}

TEST_F(LauncherTest, A_tree_of_its_own_for_var_is_part_of_the_host) {
  // As on a machine whose /var is a separate file system.
  const std::string var = folder_ + "/separate-var";
  fs::create_directories(var + "/lib/thing");
  fs::create_directories(var + "/log");
  std::ofstream(var + "/lib/thing/file") << "in var\n";
  image_.trees.push_back({.at = "/var", .from = var});
  std::erase_if(image_.seeds, [](const Seed& seed) { return seed.path.starts_with("/var"); });
  EXPECT_EQ(output_of("cat /var/lib/thing/file; echo new > /var/lib/thing/other"), "in var\n");
  EXPECT_FALSE(fs::exists(var + "/lib/thing/other"));
  EXPECT_TRUE(fs::exists(state_dir() + "/i-1/layers/1/upper/lib/thing/other"));
  EXPECT_EQ(console().user_data_status("i-1"), 0);
}

// The promise is "well under a second"; the bound is loose because tests share their machine.
TEST_F(LauncherTest, User_data_begins_soon_after_prepare) {
  std::vector<double> took;
  for (int i = 0; i < 10; ++i) {
    const auto before = std::chrono::system_clock::now();
    const std::string id = fmt::format("i-{}", i);
    const std::string out = output_of("echo $EPOCHREALTIME", id);
    took.push_back(std::stod(out) * 1000 -
                   std::chrono::duration<double, std::milli>(before.time_since_epoch()).count());
    ASSERT_TRUE(launcher_->remove(id).has_value());
  }
  std::ranges::sort(took);
  fmt::print("prepare() to the first line of user data: median {:.1f} ms, {:.1f} to {:.1f}\n",
             took[took.size() / 2], took.front(), took.back());
  EXPECT_LT(took[took.size() / 2], 500);
}

}  // namespace
}  // namespace postern::instances
