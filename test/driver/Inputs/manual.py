# Lists the options in a program's --help that its manual page does not have.
import re, subprocess, sys

program, page = sys.argv[1:]
text = re.sub(r'\\f[A-Z]|["\\]', "", open(page).read())
help_text = subprocess.run([program, "--help"], capture_output=True, text=True).stdout
options = set()
for line in help_text.splitlines():
    if line.startswith("  "):
        options |= set(re.findall(r"(?<![\w=-])-{1,2}[A-Za-z#@][\w+-]*", line.split("   ")[0] if "   " in line.strip() else line))
missing = sorted(o for o in options if o.rstrip("N-") not in text)
print("\n".join(missing))
sys.exit(bool(missing))
