// Where does OpenMP start teams, and how large are they? For tests/threads.py: a tool as OpenMP 5.0 defines it
// (chapter 4), which libomp loads if OMP_TOOL_LIBRARIES names it. At the end it writes a line to the file
// TEAMS for each place in the code: module, address, teams of one thread, teams of several.
#include <dlfcn.h>
#include <omp-tools.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <map>
#include <mutex>

namespace {

struct Teams {
    long single = 0, several = 0;
};
std::mutex lock;  // a thread of a team may start a team of its own
std::map<const void*, Teams> places;

void begin_parallel(ompt_data_t*, const ompt_frame_t*, ompt_data_t* region, unsigned, int,
                    const void* place) {
    region->ptr = const_cast<void*>(place);
}

void begin_task(ompt_scope_endpoint_t end, ompt_data_t* region, ompt_data_t*, unsigned threads,
                unsigned index, int kind) {
    if (end != ompt_scope_begin || index != 0 || kind & ompt_task_initial) return;
    const std::lock_guard guard(lock);
    Teams& teams = places[region->ptr];
    ++(threads > 1 ? teams.several : teams.single);
}

int initialize(ompt_function_lookup_t lookup, int, ompt_data_t*) {
    const auto set = reinterpret_cast<ompt_set_callback_t>(lookup("ompt_set_callback"));
    set(ompt_callback_parallel_begin, reinterpret_cast<ompt_callback_t>(begin_parallel));
    set(ompt_callback_implicit_task, reinterpret_cast<ompt_callback_t>(begin_task));
    return 1;
}

void finalize(ompt_data_t*) {
    std::ofstream out(std::getenv("TEAMS"));
    for (const auto& [place, teams] : places) {
        Dl_info module{};
        dladdr(place, &module);
        const auto address = reinterpret_cast<std::uintptr_t>(place) -
                             reinterpret_cast<std::uintptr_t>(module.dli_fbase);
        out << module.dli_fname << ' ' << address << ' ' << teams.single << ' ' << teams.several
            << '\n';
    }
}

}  // namespace

extern "C" ompt_start_tool_result_t* ompt_start_tool(unsigned, const char*) {
    static ompt_start_tool_result_t tool{initialize, finalize, {}};
    return &tool;
}
