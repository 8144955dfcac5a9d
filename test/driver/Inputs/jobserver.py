# Plays make for one command: three tokens in a pipe or a named pipe, watched while the command runs.
import os, subprocess, sys, time

form, command = sys.argv[1], sys.argv[2:]
if form == "pipe":
    read_end, write_end = os.pipe()
    auth = f"{read_end},{write_end}"
else:
    os.mkfifo("tokens")
    read_end = write_end = os.open("tokens", os.O_RDWR)
    auth = "fifo:" + os.path.abspath("tokens")


def waiting():
    import fcntl, struct, termios
    return struct.unpack("i", fcntl.ioctl(read_end, termios.FIONREAD, b"\0\0\0\0"))[0]


os.write(write_end, b"abc")
environment = dict(os.environ, MAKEFLAGS=f" -j4 --jobserver-auth={auth}")
process = subprocess.Popen(command, env=environment, pass_fds=(read_end, write_end))
least = 3
while process.poll() is None:
    least = min(least, waiting())
    time.sleep(0.001)
taken = "at least one" if least < 3 else "no"
print(f"status {process.returncode}, {taken} token was taken, {waiting()} of 3 are back")
