// The loops for one set of instructions. A file names it, its LANES, and the compiler's words for it,
// and includes this.

namespace ck::INSTRUCTIONS {

#include "vectors.hpp"

#include "product.hpp"

#include "winograd.hpp"

#include "gate.hpp"

#include "norm.hpp"

#include "gaussian.hpp"

#include "optimiser.hpp"

#include "noise.hpp"

#include "first.hpp"

const Loops loops = {
    LANES,      pack_filters, convolve,    sum_filter_gradient, finish_filter_gradient,
    pack_gate,  apply_gate,   return_gate, measure,             return_norm,
    draw_latent, return_latent, take_step,
    draw_noise, convolve_first, return_first,
};

}  // namespace ck::INSTRUCTIONS
