// SPDX-License-Identifier: Apache-2.0
// Commands in a running instance, with pipes and with a terminal.
#include "instances/enter/enter.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>

#include <climits>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "instances/image/host_image.h"
#include "instances/launcher/launcher.h"

namespace postern::instances {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

// Reads until the other end closes, or `until` has come; gives up after 20 s of silence.
std::string read_until(const Fd& fd, const std::string& until = "\xff") {
  std::string text;
  char buffer[4096];
  pollfd wait{.fd = fd.get(), .events = POLLIN, .revents = 0};
  while (text.find(until) == std::string::npos && poll(&wait, 1, 20'000) > 0) {
    const ssize_t n = read(fd.get(), buffer, sizeof buffer);
    if (n <= 0) {
      break;
    }
    text.append(buffer, static_cast<std::size_t>(n));
  }
  return text;
}

struct Ran {
  int status;
  std::string output;
};

// One instance for all tests of this file: they only run commands in it.
class EnterTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    std::string folder = "/var/tmp/postern-enter-XXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    auto launcher = Launcher::open({.state_dir = folder_ + "/state",
                                    .run_dir = folder_ + "/run",
                                    .init_program = POSTERN_INIT});
    ASSERT_TRUE(launcher.has_value()) << launcher.error().message();
    launcher_.emplace(std::move(*launcher));
    auto image = host_image("/", {folder_});
    ASSERT_TRUE(image.has_value()) << image.error().message();
    const HostSpec spec{.id = "i-1",
                        .hostname = "ip-10-0-1-5",
                        .domain = "example.internal",
                        .address = *IpAddress::parse("10.0.1.5"),
                        .resolvers = {},
                        .user_data = ""};
    auto prepared = launcher_->prepare(spec, *image);
    ASSERT_TRUE(prepared.has_value()) << prepared.error().message();
    auto process = launcher_->start(std::move(*prepared));
    ASSERT_TRUE(process.has_value()) << process.error().message();
    pid1_ = *process;
  }

  static void TearDownTestSuite() {
    if (launcher_) {
      launcher_->collect_garbage({});
      launcher_.reset();
    }
    fs::remove_all(folder_);
  }

  // A child process that enters with `input`, `output` as its standard ones.
  static pid_t start(const Command& command, const Fd& input, const Fd& output) {
    const pid_t child = fork();
    if (child == 0) {
      dup2(input.get(), STDIN_FILENO);
      dup2(output.get(), STDOUT_FILENO);
      dup2(output.get(), STDERR_FILENO);
      close_range(STDERR_FILENO + 1, UINT_MAX, 0);  // as a program of its own would begin
      const auto status = enter(pid1_, command);
      if (!status) {
        dprintf(STDERR_FILENO, "not entered: %s\n", status.error().message().c_str());
      }
      _exit(status ? *status : 200);
    }
    return child;
  }

  static int wait_for(pid_t child) {
    const Fd pidfd = open_child(child);
    if (!has_ended(pidfd, 20'000)) {
      ADD_FAILURE() << "the command does not end";
      kill(child, SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  // Runs `words` to their end with `input` on a pipe; both outputs together.
  static Ran run(std::vector<std::string> words, const std::string& input = "") {
    int in[2];
    int out[2];
    EXPECT_EQ(pipe2(in, O_CLOEXEC), 0);
    EXPECT_EQ(pipe2(out, O_CLOEXEC), 0);
    Fd to_child(in[1]);
    const Fd from_child(out[0]);
    Fd child_in(in[0]);
    Fd child_out(out[1]);
    const pid_t child = start({.words = std::move(words), .terminal = false}, child_in, child_out);
    child_in.reset();
    child_out.reset();
    EXPECT_EQ(write(to_child.get(), input.data(), input.size()),
              static_cast<ssize_t>(input.size()));
    to_child.reset();
    std::string output = read_until(from_child);
    return {.status = wait_for(child), .output = std::move(output)};
  }

  inline static std::string folder_;
  inline static std::optional<Launcher> launcher_;
  inline static Process pid1_;
};

TEST_F(EnterTest, A_command_runs_inside_as_root) {
  setenv("SECRET_OF_THE_CALLER", "x", 1);
  const Ran ran = run({"sh", "-c",
                       "hostname; id -un; pwd; cat /proc/1/comm; env | sort; "
                       "grep -E 'CapBnd|Seccomp:|NoNew' /proc/self/status"});
  EXPECT_EQ(ran.status, 0);
  EXPECT_THAT(ran.output, HasSubstr("ip-10-0-1-5\nroot\n/root\npostern-init\n"));
  EXPECT_THAT(ran.output, HasSubstr("HOME=/root\n"));
  EXPECT_THAT(ran.output, HasSubstr("USER=root\n"));
  EXPECT_THAT(ran.output, Not(HasSubstr("SECRET_OF_THE_CALLER")));
  EXPECT_THAT(ran.output, HasSubstr("NoNewPrivs:\t0\nSeccomp:\t2\n"));
  std::ifstream status(fmt::format("/proc/{}/status", pid1_.pid));
  const std::string of_pid1{std::istreambuf_iterator<char>(status), {}};
  const std::string bound = of_pid1.substr(of_pid1.find("CapBnd:"), 24);
  EXPECT_THAT(ran.output, HasSubstr(bound)) << "no more capabilities than PID 1";
}

TEST_F(EnterTest, It_is_in_the_instances_cgroup_and_sees_no_process_of_the_host) {
  const Ran ran = run({"sh", "-c", "cat /proc/self/cgroup; cat /proc/[0-9]*/comm"});
  EXPECT_THAT(ran.output, HasSubstr("0::/\n"));
  EXPECT_THAT(ran.output, Not(HasSubstr("enter_test")));
}

TEST_F(EnterTest, Words_input_and_exit_status_pass_through_whole) {
  const Ran echoed = run({"printf", "%s|", "a b", "", "$HOME", "'"});
  EXPECT_EQ(echoed.output, "a b||$HOME|'|");
  const std::string big(300'000, 'x');
  const Ran counted = run({"wc", "-c"}, big.substr(0, 60'000));
  EXPECT_EQ(counted.output, "60000\n");
  const Ran long_output = run({"sh", "-c", "head -c 300000 /dev/zero | tr '\\0' x"});
  EXPECT_EQ(long_output.output, big);
  EXPECT_EQ(run({"sh", "-c", "exit 7"}).status, 7);
  EXPECT_EQ(run({"sh", "-c", "kill -KILL $$"}).status, 128 + SIGKILL);
  EXPECT_EQ(run({"sh", "-c", "echo again > /dev/stdout"}).output, "again\n");
  EXPECT_EQ(run({"sh", "-c", "kill -PIPE $$"}).status, 128 + SIGPIPE)
      << "what the caller ignores is not ignored inside";
}

TEST_F(EnterTest, What_is_not_there_is_127_and_what_is_no_program_126) {
  const Ran missing = run({"no-such-program"});
  EXPECT_EQ(missing.status, 127);
  EXPECT_EQ(missing.output, "postern: no-such-program: No such file or directory\n");
  EXPECT_EQ(run({"/etc/passwd"}).status, 126);
}

TEST_F(EnterTest, Signals_of_the_caller_reach_the_command) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const Fd from_child(out[0]);
  Fd child_out(out[1]);
  const Fd null(open("/dev/null", O_RDONLY));
  const pid_t child = start({.words = {"bash", "-c",
                                       "trap 'echo got INT; exit 5' INT; echo ready; "
                                       "while :; do sleep 0.01; done"},
                             .terminal = false},
                            null, child_out);
  child_out.reset();
  EXPECT_EQ(read_until(from_child, "ready\n"), "ready\n");
  kill(child, SIGINT);
  EXPECT_EQ(wait_for(child), 5);
}

TEST_F(EnterTest, A_killed_caller_takes_its_command_along) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const Fd from_child(out[0]);
  Fd child_out(out[1]);
  const Fd null(open("/dev/null", O_RDONLY));
  const pid_t child = start(
      {.words = {"sh", "-c", "echo ready; exec sleep 1000"}, .terminal = false}, null, child_out);
  child_out.reset();
  EXPECT_EQ(read_until(from_child, "ready\n"), "ready\n");
  kill(child, SIGKILL);
  wait_for(child);
  EXPECT_EQ(read_until(from_child), "") << "the command has gone and closed its output";
}

TEST_F(EnterTest, What_a_command_leaves_in_the_background_goes_on) {
  EXPECT_EQ(
      run({"sh", "-c", "setsid sh -c 'sleep 0.2; echo on > /root/left' > /dev/null 2>&1 &"}).status,
      0);
  Ran ran = {};
  for (int i = 0; i < 500 && ran.output != "on\n"; ++i) {
    ran = run({"sh", "-c", "cat /root/left 2> /dev/null"});
  }
  EXPECT_EQ(ran.output, "on\n");
}

TEST_F(EnterTest, A_terminal_is_the_instances_own_and_follows_the_callers_window) {
  int master = -1;
  int slave = -1;
  winsize size{.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, &size), 0);
  const Fd screen(master);
  Fd terminal(slave);
  termios before{};
  tcgetattr(terminal.get(), &before);
  const pid_t child = start({.words = {}, .terminal = true}, terminal, terminal);
  const auto type = [&](const std::string& keys) {
    EXPECT_EQ(write(screen.get(), keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  };
  EXPECT_THAT(read_until(screen, "# "), HasSubstr("ip-10-0-1-5"));
  type("tty; stty size; echo end-$((1 + 1))\r");
  EXPECT_THAT(read_until(screen, "end-2\r\n"), HasSubstr("/dev/pts/0\r\n40 100\r\n"));
  size.ws_row = 25;
  ioctl(screen.get(), TIOCSWINSZ, &size);
  kill(child, SIGWINCH);  // as the terminal's driver does for its foreground process
  type("while [ \"$(stty size)\" != '25 100' ]; do sleep 0.01; done; echo now-$((1 + 1))\r");
  EXPECT_THAT(read_until(screen, "now-2\r\n"), HasSubstr("now-2"));
  type("sh -c 'echo asleep-$((1 + 1)); exec sleep 1000'\r");
  EXPECT_THAT(read_until(screen, "asleep-2\r\n"), HasSubstr("asleep-2"));
  type("\x03");  // ^C reaches the job inside, not the caller
  EXPECT_THAT(read_until(screen, "# "), HasSubstr("^C"));
  type("echo alive-$?\r");
  EXPECT_THAT(read_until(screen, "alive-130\r\n"), HasSubstr("alive-130"));
  type("exit 3\r");
  EXPECT_EQ(wait_for(child), 3);
  termios after{};
  tcgetattr(terminal.get(), &after);
  EXPECT_EQ(before.c_lflag, after.c_lflag) << "raw mode is over";
}

TEST_F(EnterTest, A_terminal_that_goes_away_takes_the_command_along) {
  int master = -1;
  int slave = -1;
  ASSERT_EQ(openpty(&master, &slave, nullptr, nullptr, nullptr), 0);
  Fd screen(master);
  Fd terminal(slave);
  const pid_t child = start(
      {.words = {"sh", "-c", "echo ready; exec sleep 1000"}, .terminal = true}, terminal, terminal);
  terminal.reset();
  EXPECT_THAT(read_until(screen, "ready\r\n"), HasSubstr("ready"));
  screen.reset();
  EXPECT_EQ(wait_for(child), 128 + SIGHUP);
}

TEST_F(EnterTest, An_instance_that_is_not_running_is_not_entered) {
  Process other = pid1_;
  --other.start_time;
  for (const Process& process : {other, Process{}}) {
    const auto entered = enter(process, {.words = {"true"}, .terminal = false});
    ASSERT_FALSE(entered.has_value());
    EXPECT_EQ(entered.error().message(), "the instance is not running");
  }
}

TEST_F(EnterTest, A_power_off_ends_open_sessions) {
  int out[2];
  ASSERT_EQ(pipe2(out, O_CLOEXEC), 0);
  const Fd from_child(out[0]);
  Fd child_out(out[1]);
  const Fd null(open("/dev/null", O_RDONLY));
  const pid_t child =
      start({.words = {"sh", "-c", "trap '' TERM HUP; echo ready; while :; do sleep 0.01; done"},
             .terminal = false},
            null, child_out);
  child_out.reset();
  EXPECT_EQ(read_until(from_child, "ready\n"), "ready\n");
  ASSERT_TRUE(launcher_->stop("i-1", 0ms).has_value());
  EXPECT_EQ(wait_for(child), 128 + SIGKILL);
}

}  // namespace
}  // namespace postern::instances
