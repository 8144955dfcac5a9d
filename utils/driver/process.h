#pragma once
// Outside programs: started without a shell, their output read through pipes into memory.

#include "common/int_types.h"

#include <string>
#include <string_view>
#include <vector>

namespace lathe::driver {

struct ProcessResult {
  bool started = false;
  int status = 0;    // exit status; 128 + n when signal n ended it
  std::string output; // of standard output, when it was captured
  std::string errors; // of standard error, when it was captured
  std::string failure; // why it could not be started
};

struct ProcessRequest {
  std::vector<std::string> words; // words[0] is the program's path
  std::string_view input;         // for standard input, when `feeds_input`
  bool feeds_input = false;       // else the standard input is ours
  bool captures_output = false;   // else the standard output is ours
  int output_descriptor = 1;      // where the child writes what is captured
  bool captures_errors = false;
};

ProcessResult run_process(const ProcessRequest& request);

// An empty file with a name of its own under TMPDIR; empty when none can be made. Give it back with
// remove_temporary_file of common/temporary_files.h.
std::string make_temporary_file(const std::string& suffix);

// The words as a shell would read them back, with one space in front, as cc's -v prints a step.
std::string shell_line(const std::vector<std::string>& words);

// The executable file `name` in `folders`, then on PATH; empty when there is none.
std::string find_program(const std::string& name, const std::vector<std::string>& folders = {});
bool is_executable_file(const std::string& path);

} // namespace lathe::driver
