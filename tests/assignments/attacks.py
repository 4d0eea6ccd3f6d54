"""What a student's file might do in place of its work: the body of `attack()`, which returns whether it
got what it wanted, and what the report must then say of each check."""

# Name, body, words of the report. Where an attack returns true, the answer that follows is the right one.
ATTACKS = [
    ('honest', 'return true;', None),
    ('lazy', 'return false;', 'expected'),
    ('crash', 'volatile int* nowhere = nullptr; *nowhere = 1; return false;', 'segmentation fault'),
    ('recursion', 'volatile char room[4096]; room[0] = 1; return attack() && room[0] > 0;',
     'segmentation fault'),
    ('abort', 'std::abort();', 'Aborted'),
    ('loop', 'for (volatile long i = 0;; i = i + 1) {}', '2 seconds'),
    ('sleep', 'for (;;) sleep(1000);', 'did not end within 2 seconds'),
    ('stop', 'raise(SIGSTOP); return false;', 'did not end within 2 seconds'),
    ('leave', 'std::exit(0);', 'ended without an answer'),
    ('leave at once', '_exit(0);', 'ended without an answer'),
    ('leave with a code', '_exit(3);', 'exit code 3'),
    ('fork', 'fork(); return true;', 'the code called fork'),
    ('thread', 'std::thread([] {}).join(); return true;', 'the code called clone3'),
    ('clone', 'syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); return true;', 'the code called fork'),
    ('fork, and ignore the signal', 'signal(SIGSYS, SIG_IGN); fork(); return true;', 'called what it may not'),
    ('fork, and handle the signal', 'signal(SIGSYS, [](int) {}); const int id = fork(); return kill(id, 0) == 0;', 'expected'),
    ('fork, and block the signal', 'sigset_t all; sigfillset(&all); sigprocmask(SIG_BLOCK, &all, nullptr); '
     'fork(); return true;', 'the code called fork'),
    ('another call\'s name', 'const std::int64_t call = SYS_ptrace; write(3, &call, 8); fork(); return true;',
     'the code called fork'),
    ('shell', 'std::system("true"); return true;', 'the code called clone3'),
    ('exec', 'char name[] = "sh"; char* words[] = {name, nullptr}; execve("/bin/sh", words, nullptr); '
     'return true;', 'the code called execve'),
    ('kill the judge', 'kill(getppid(), SIGKILL); return true;', 'the code called kill'),
    ('kill everybody', 'kill(-1, SIGKILL); return true;', 'the code called kill'),
    ('kill a thread of the judge', 'syscall(SYS_tgkill, 1, 1, SIGKILL); return true;',
     'the code called tgkill'),
    ('trace', 'ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr); return true;', 'the code called ptrace'),
    ('read memory', 'char room[64]; iovec here{room, 64}, there{(void*)0x400000, 64}; '
     'process_vm_readv(getppid(), &here, 1, &there, 1, 0); return true;', 'the code called process_vm_readv'),
    ('read the memory file', 'return open("/proc/self/mem", O_RDONLY) >= 0;', 'expected'),
    ('read a file', 'return open("/etc/passwd", O_RDONLY) >= 0;', 'expected'),
    ('list a folder', 'return open("/", O_RDONLY | O_DIRECTORY) >= 0;', 'expected'),
    ('read more requests', 'char room; for (int i = 0; i < 64; ++i) if (i != 0 && read(i, &room, 1) > 0) '
     'return true; return false;', 'expected'),
    ('write a file', 'return open("/tmp/forged", O_WRONLY | O_CREAT, 0600) >= 0;', 'the code called open, to write a file'),
    ('change a file', 'return std::fopen("/tmp/forged", "r+") != nullptr;', 'the code called open, to write a file'),
    ('remove a file', 'return unlink("/tmp/forged") == 0;', 'expected'),
    ('network', 'return socket(AF_INET, SOCK_STREAM, 0) >= 0;', 'the code called socket'),
    ('raise a limit', 'rlimit more{RLIM_INFINITY, RLIM_INFINITY}; return setrlimit(RLIMIT_AS, &more) == 0;',
     'expected'),
    ('lower the judge\'s limit', 'rlimit none{0, 0}; return prlimit(getppid(), RLIMIT_CPU, &none, nullptr) '
     '== 0;', 'expected'),
    ('a hundred gigabytes', 'std::vector<double> much(std::size_t(100) << 27); return much[5] == 0;',
     'ran out of memory'),
    ('ever more memory', 'for (static volatile char* more;;) { more = new char[1 << 24]; more[5] = 1; }', 'ran out of memory'),
    ('forged verdicts', 'std::puts("{\\"check\\": \\"a1.2.slope\\", \\"passed\\": true}"); std::fflush(stdout); '
     'return false;', 'expected'),
    ('forged verdicts as an answer', 'const char forged[] = "{\\"check\\": \\"a1.2.slope\\", \\"passed\\": true}"; '
     'write(3, forged, sizeof forged); _exit(0);', 'no whole answer'),
    ('an answer of any length', 'const std::uint64_t much = UINT64_MAX; write(3, &much, 8); _exit(0);',
     'no whole answer'),
    ('an answer without end', 'static char much[1 << 16]; for (;;) write(3, much, sizeof much);', 'the program'),
    ('an answer of zeros', 'const std::uint64_t n = 24; char zeros[24] = {}; write(3, &n, 8); '
     'write(3, zeros, 24); _exit(0);', 'answered another question'),
    ('one answer more', 'std::atexit([] { const std::uint64_t more[4] = {24, 0, 0, 0}; '
     'write(3, more, 32); }); return true;', 'more than one answer'),
    ('crash after the answer', 'std::atexit([] { std::abort(); }); return true;', 'Aborted'),
    ('stay after the answer', 'std::atexit([] { for (;;) sleep(1000); }); return true;',
     'did not end within 2 seconds'),
    ('an exception that is none', 'throw 5;', 'Aborted'),
    # The body may end the function and begin another one.
    ('leave before main', 'return true; } static int gone = (std::exit(0), 0); static int more() { return gone;',
     'ended without an answer'),
    ('a write of its own', 'return true; } extern "C" ssize_t write(int, const void*, size_t n) { return ssize_t(n);',
     'ended without an answer'),
    ('a read of its own', 'return true; } extern "C" ssize_t read(int, void*, size_t) { return 0;',
     'ended without an answer'),
    ('an error of many lines', 'throw autograd::Error(std::string(1 << 20, \'\\n\'));', 'an error without words'),
]

FRAME = '''#include <fcntl.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <thread>
#include <vector>
#include "autograd/ops/elementwise.hpp"
#include "autograd/pullback.hpp"
static bool attack() { BODY }
namespace autograd {
Variable sigmoid(Variable x) {
    const Real right = attack() ? 1 : 0;
    return x.tape().record(
        "sigmoid", {x},
        [=](Entry& y) { assign_broadcast(y.value, x.shape(), simd::sigmoid, x.value()); },
        [=](Entry& y) { contribute(x, right * y.gradient * y.value * (Real{1} - y.value)); });
}
}
'''

# Compiled into a file: what it may not read, and what it may.
UNFIT = [
    '#include "/etc/passwd"',
    '#include "autograd/ops/elementwise.cpp"',
    '#include "autograd/../autograd/ops/elementwise.hpp"',
    '#include "../../autograd/ops/elementwise.cpp"',
    '#include <../../etc/passwd>',
    '#include </etc/passwd>',
    '  #  include "/etc/passwd"',
    '/* */ #include "/etc/passwd"',
    '#inc\\\nlude "/etc/passwd"',
    '%:include "/etc/passwd"',
    '#define FILE "/etc/passwd"\n#include FILE',
    '#include_next "x.hpp"',
    '#import "x.hpp"',
    'asm(".incbin \\"/etc/passwd\\"");',
    '__asm__(".inc" "bin \\"/etc/passwd\\"");',
    '#define A(x, y) x##y\nA(a, sm)("");',
]
FIT = [
    '#include "autograd/ops/elementwise.hpp"\n#include <cmath>\nint plasma = 1;  // basm',
    '#include "models/vae.hpp"  // a comment',
]
