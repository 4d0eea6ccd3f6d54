// What nearly every file includes. The compiler reads it once for all files of a library or a program.
#include "autograd/array.hpp"
