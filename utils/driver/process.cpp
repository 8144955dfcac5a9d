#include "utils/driver/process.h"

#include "common/temporary_files.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace lathe::driver {
namespace {

struct Pipe {
  int read_end = -1, write_end = -1;
  bool open() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    return true;
  }
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  ~Pipe() {
    close(read_end);
    close(write_end);
  }
};

// Moves bytes between the child and us until it closes its side; `input` is written as the child takes it.
void pump(Pipe& in, std::string_view input, Pipe& out, std::string& output, Pipe& err, std::string& errors) {
  if (in.write_end >= 0) ::fcntl(in.write_end, F_SETFL, O_NONBLOCK);
  std::vector<char> buffer(1 << 16);
  auto read_some = [&](int& end, std::string& to) {
    ssize_t n = ::read(end, buffer.data(), buffer.size());
    if (n > 0)
      to.append(buffer.data(), static_cast<size_t>(n));
    else if (n == 0 || errno != EINTR)
      Pipe::close(end);
  };
  while (in.write_end >= 0 || out.read_end >= 0 || err.read_end >= 0) {
    if (in.write_end >= 0 && input.empty()) {
      Pipe::close(in.write_end);
      continue;
    }
    pollfd waits[3] = {{in.write_end, POLLOUT, 0}, {out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}};
    if (::poll(waits, 3, -1) < 0 && errno != EINTR) break;
    if (waits[0].revents) {
      ssize_t n = ::write(in.write_end, input.data(), input.size());
      if (n > 0)
        input.remove_prefix(static_cast<size_t>(n));
      else if (n < 0 && errno != EAGAIN && errno != EINTR)
        Pipe::close(in.write_end); // the child does not want the rest
    }
    if (waits[1].revents) read_some(out.read_end, output);
    if (waits[2].revents) read_some(err.read_end, errors);
  }
}

} // namespace

ProcessResult run_process(const ProcessRequest& request) {
  ProcessResult result;
  Pipe in, out, err;
  if ((request.feeds_input && !in.open()) || (request.captures_output && !out.open()) ||
      (request.captures_errors && !err.open())) {
    result.failure = std::string("cannot make a pipe: ") + std::strerror(errno);
    return result;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  if (request.feeds_input) posix_spawn_file_actions_adddup2(&actions, in.read_end, 0);
  if (request.captures_output) posix_spawn_file_actions_adddup2(&actions, out.write_end, request.output_descriptor);
  if (request.captures_errors) posix_spawn_file_actions_adddup2(&actions, err.write_end, 2);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // We ignore SIGPIPE while we feed a child; the child must not inherit that.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  std::vector<char*> argv;
  for (const std::string& word : request.words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  static std::once_flag once;
  std::call_once(once, [] { ::signal(SIGPIPE, SIG_IGN); });
  pid_t child = 0;
  int code = ::posix_spawnp(&child, argv[0], &actions, &attributes, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (code != 0) {
    result.failure = "cannot run '" + request.words[0] + "': " + std::strerror(code);
    return result;
  }
  result.started = true;
  // IR comes by the megabyte: a big pipe saves most of the switching back and forth.
  if (out.read_end >= 0) ::fcntl(out.read_end, F_SETPIPE_SZ, 1 << 20);
  Pipe::close(in.read_end);
  Pipe::close(out.write_end);
  Pipe::close(err.write_end);
  pump(in, request.input, out, result.output, err, result.errors);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return result;
}

std::string make_temporary_file(const std::string& suffix) {
  const char* folder = std::getenv("TMPDIR");
  std::string path;
  int fd = create_temporary_file(std::string(folder && *folder ? folder : "/tmp") + "/lathe-", suffix, 0600, path);
  if (fd >= 0) ::close(fd);
  return path;
}

std::string shell_line(const std::vector<std::string>& words) {
  std::string line;
  for (const std::string& word : words) {
    line += ' ';
    bool plain = !word.empty() && word.find_first_of(" \t\n\"'\\$`*?[]{}()<>|&;!#~") == std::string::npos;
    if (plain) {
      line += word;
      continue;
    }
    line += '"';
    for (char c : word) {
      if (c == '"' || c == '\\' || c == '$' || c == '`') line += '\\';
      line += c;
    }
    line += '"';
  }
  return line;
}

bool is_executable_file(const std::string& path) {
  struct stat info;
  return ::stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

std::string find_program(const std::string& name, const std::vector<std::string>& folders) {
  if (name.find('/') != std::string::npos) return is_executable_file(name) ? name : "";
  for (const std::string& folder : folders) {
    std::string path = folder + (folder.empty() || folder.back() == '/' ? "" : "/") + name;
    if (is_executable_file(path)) return path;
    // -B may also be a prefix of the name itself: -B/opt/bin/x86_64-elf-
    if (is_executable_file(folder + name)) return folder + name;
  }
  const char* path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    size_t colon = rest.find(':');
    std::string folder(rest.substr(0, colon));
    std::string candidate = (folder.empty() ? "." : folder) + "/" + name;
    if (is_executable_file(candidate)) return candidate;
    if (colon == std::string_view::npos) break;
    rest.remove_prefix(colon + 1);
  }
  return {};
}

} // namespace lathe::driver
