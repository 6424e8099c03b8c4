// The loops in vectors of four floats, which every processor has (SSE2, NEON).
#include "loops.hpp"

#define INSTRUCTIONS baseline
#define LANES 4
#include "instructions.hpp"
