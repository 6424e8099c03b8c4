#include <torch/csrc/autograd/custom_function.h>

#include "fast.hpp"

using namespace shim;
using torch::autograd::AutogradContext;
using torch::autograd::Variable;
using torch::autograd::variable_list;

namespace {

/// A normalisation as the loops take it, `[C]` each.
struct Norm {
  at::Tensor mean, inverse, scale, shift;

  ck_entry entry() const { return {data(scale), data(shift)}; }
};

/// The normalisation by given statistics.
Norm made_norm(const at::Tensor &mean, const at::Tensor &variance, const ct_norm &norm) {
  Norm made;
  made.mean = mean.detach();
  made.inverse = (variance.detach() + norm.epsilon).rsqrt();
  made.scale = of(norm.weight).detach() * made.inverse;
  made.shift = of(norm.bias).detach() - made.mean * made.scale;
  return made;
}

/// The normalisation by the statistics that workers have found, `[workers, 3, C]`; moves the running
/// ones.
Norm made_norm(const at::Tensor &moments, const ct_norm &norm, bool moves) {
  int64_t workers = moments.size(0), channels = moments.size(2);
  auto options = of(norm.weight).options().requires_grad(false);
  auto mean = at::empty({channels}, options), variance = at::empty({channels}, options);
  auto unbiased = at::empty({channels}, options);
  const double *found = moments.const_data_ptr<double>();
  for (int64_t c = 0; c < channels; ++c) {
    double count = 0, average = 0, squares = 0;
    for (int64_t worker = 0; worker < workers; ++worker) {
      const double *part = found + worker * 3 * channels + c;
      double more = part[2 * channels];
      if (more == 0) continue;
      double difference = part[0] - average, all = count + more;
      squares += part[channels] + difference * difference * count * more / all;
      average += difference * more / all;
      count = all;
    }
    values(mean)[c] = float(average);
    values(variance)[c] = float(squares / count);
    values(unbiased)[c] = float(squares / std::max(count - 1, 1.0));
  }
  if (moves) {
    of(norm.running_mean).lerp_(mean, norm.momentum);
    of(norm.running_variance).lerp_(unbiased, norm.momentum);
  }
  return made_norm(mean, variance, norm);
}

/// How a block is computed, beside its tensors.
struct Settings {
  const ct_block *block;
  bool keeps;
};

/// Room for the statistics that workers find, `[workers, 3, C]`.
at::Tensor empty_moments(const at::Tensor &x) {
  return at::empty({workers_for(x.numel()), 3, x.size(1)}, x.options().dtype(at::kDouble));
}

at::Tensor measured(ck_instructions instructions, const at::Tensor &x) {
  auto moments = empty_moments(x);
  int workers = int(moments.size(0));
  int64_t channels = x.size(1), pixels = x.numel() / channels;
  share_out(workers, [&](int worker) {
    ck_measure(
        instructions, data(x), pixels, channels, moments.mutable_data_ptr<double>(), worker,
        workers);
  });
  return moments;
}

class FastBlock : public torch::autograd::Function<FastBlock> {
 public:
  static Variable forward(
      AutogradContext *context, const at::Tensor &given, const at::Tensor &weight1,
      const at::Tensor &bias1, const at::Tensor &weight2, const at::Tensor &bias2,
      const at::Tensor &, const at::Tensor &, const at::Tensor &, const at::Tensor &,
      const at::Tensor &gate_weight, const at::Tensor &gate_bias, int64_t place) {
    const auto &settings = *reinterpret_cast<const Settings *>(place);
    const ct_block &block = *settings.block;
    auto x = by_pixel(given);
    int64_t channels = x.size(1);
    auto instructions = kernels_for({channels});
    bool isGated = block.gate_weight != nullptr;
    int workers = workers_for(x.numel());
    auto mask = [&]() -> at::Tensor {
      if (!block.training || block.dropout <= 0) return {};
      return at::empty({x.size(0), channels}, x.options())
          .bernoulli_(1 - block.dropout, block.generator->value)
          .div_(1 - block.dropout);
    };
    auto norm = [&](const ct_norm &norm, const at::Tensor &found) {
      return block.training
                 ? made_norm(found, norm, !repeating)
                 : made_norm(of(norm.running_mean), of(norm.running_variance), norm);
    };

    auto norm1 = norm(block.norm1, block.training ? measured(instructions, x) : at::Tensor());
    auto y1 = features(x, channels), y2 = features(x, channels);
    auto mask1 = mask();
    ck_convolution task{};
    auto filters = packed_filters(weight1, settings.keeps, instructions);
    auto found = block.training ? empty_moments(x) : at::Tensor();
    task.entry = norm1.entry(), task.filters = data(filters), task.bias = data(bias1);
    task.mask = data(mask1);
    task.moments = block.training ? found.mutable_data_ptr<double>() : nullptr;
    convolve(instructions, x, y1, task);

    auto norm2 = norm(block.norm2, found);
    auto mask2 = mask();
    filters = packed_filters(weight2, settings.keeps, instructions);
    task = {};
    task.entry = norm2.entry(), task.filters = data(filters), task.bias = data(bias2);
    task.mask = data(mask2), task.skip = isGated ? nullptr : data(x);
    convolve(instructions, y1, y2, task);

    auto y = y2;
    at::Tensor gate;
    if (isGated) {
      gate = packed_gate(gate_weight, instructions);
      // Where nothing is kept, the gate's result takes the place of what it gates.
      y = settings.keeps ? features(x, channels) : y1;
      ck_gate passage{x.size(0), x.size(2) * x.size(3), channels, data(y2),
                      data(gate), data(gate_bias),      data(x),  values(y)};
      share_out(workers, [&](int worker) {
        ck_apply_gate(instructions, &passage, worker, workers);
      });
    }
    if (settings.keeps) {
      context->save_for_backward(
          {x, y1, isGated ? y2 : at::Tensor(), mask1, mask2, weight1, weight2, gate, gate_bias,
           gate_weight, norm1.mean, norm1.inverse, norm1.scale, norm1.shift, norm2.mean,
           norm2.inverse, norm2.scale, norm2.shift});
      context->saved_data["training"] = block.training;
      context->saved_data["instructions"] = int64_t(instructions);
    }
    return y;
  }

  static variable_list backward(AutogradContext *context, variable_list gradients) {
    auto saved = context->get_saved_variables();
    const auto &x = saved[0], &y1 = saved[1], &y2 = saved[2], &mask1 = saved[3],
               &mask2 = saved[4], &weight1 = saved[5], &weight2 = saved[6], &gate = saved[7],
               &gate_bias = saved[8], &gate_weight = saved[9];
    Norm norm1{saved[10], saved[11], saved[12], saved[13]};
    Norm norm2{saved[14], saved[15], saved[16], saved[17]};
    bool training = context->saved_data["training"].toBool();
    int64_t images = x.size(0), channels = x.size(1), pixels = x.size(2) * x.size(3);
    auto instructions = ck_instructions(context->saved_data["instructions"].toInt());
    int workers = workers_for(x.numel());
    auto dy = by_pixel(gradients[0]);
    auto doubles = x.options().dtype(at::kDouble);

    at::Tensor dgate_weight, dgate_bias, dbias2;
    auto dy2 = dy;
    if (y2.defined()) {
      dy2 = features(x, channels);
      auto weight_sums = at::empty({workers, channels, 2 * channels}, x.options());
      auto bias_sums = at::empty({workers, 2 * channels}, x.options());
      auto sums = at::empty({workers, channels}, doubles);
      ck_gate_gradient task{
          images,      pixels,      channels,    data(y2),
          data(gate),  data(gate_bias), data(dy), data(mask2),
          values(dy2), sums.mutable_data_ptr<double>(), values(weight_sums), values(bias_sums)};
      share_out(workers, [&](int worker) {
        ck_return_gate(instructions, &task, worker, workers);
      });
      dgate_weight = weight_sums.sum(0).t().reshape(gate_weight.sizes());
      dgate_bias = bias_sums.sum(0);
      dbias2 = sums.sum(0).to(at::kFloat);
    } else {
      if (mask2.defined()) dy2 = by_pixel(dy * mask2.view({images, channels, 1, 1}));
      dbias2 = dy2.sum(at::IntArrayRef{0, 2, 3});
    }

    auto dweight2 = filter_gradient(y1, norm2.entry(), dy2, weight2, instructions);
    auto [dy1, dnorm2_weight, dnorm2_bias, dbias1] =
        returned(dy2, weight2, y1, norm2, training, mask1, {}, true, instructions);
    auto dweight1 = filter_gradient(x, norm1.entry(), dy1, weight1, instructions);
    auto [dx, dnorm1_weight, dnorm1_bias, none] =
        returned(dy1, weight1, x, norm1, training, {}, dy, false, instructions);
    return {dx,           dweight1,      dbias1,      dweight2,     dbias2,     dnorm1_weight,
            dnorm1_bias,  dnorm2_weight, dnorm2_bias, dgate_weight, dgate_bias, {}};
  }

  static at::Tensor packed_gate(const at::Tensor &weight, ck_instructions instructions) {
    int64_t channels = weight.size(1);
    auto packed = at::empty({ck_gate_size(channels)}, weight.options().requires_grad(false));
    ck_pack_gate(instructions, data(weight), weight.strides().data(), channels, values(packed));
    return packed;
  }

 private:
  /// The way back through a convolution, an activation and a normalisation: the gradient of what was
  /// normalised, of the normalisation's weight and bias, and, where asked for, the sums of the first
  /// over pixels.
  static std::tuple<at::Tensor, at::Tensor, at::Tensor, at::Tensor> returned(
      const at::Tensor &dy, const at::Tensor &weight, const at::Tensor &x, const Norm &norm,
      bool training, const at::Tensor &mask, const at::Tensor &skip, bool sums_up,
      ck_instructions instructions) {
    int64_t channels = x.size(1), pixels = x.size(2) * x.size(3);
    int workers = workers_for(x.numel());
    auto doubles = x.options().dtype(at::kDouble);
    auto dz = features(x, channels);
    auto filters = packed_filters_back(weight, instructions);
    auto parts = at::empty({workers, 2, channels}, doubles);
    ck_convolution task{};
    task.filters = data(filters), task.source = data(x), task.exit = norm.entry();
    task.mean = data(norm.mean), task.sums = parts.mutable_data_ptr<double>();
    convolve(instructions, dy, dz, task);

    auto sums = parts.sum(0);
    auto bias_gradient = sums[0].to(at::kFloat);
    auto inverse = norm.inverse.to(at::kDouble);
    auto weight_gradient = (sums[1] * inverse).to(at::kFloat);
    at::Tensor b, c;
    if (training) {
      // scale · (dz − mean of dz − normal · mean of dz · normal), as a sum of dz, x and a constant.
      auto scale = norm.scale.to(at::kDouble);
      auto means = sums / double(x.size(0) * pixels);
      auto slope = scale * means[1] * inverse * inverse;
      b = (-slope).to(at::kFloat);
      c = (slope * norm.mean.to(at::kDouble) - scale * means[0]).to(at::kFloat);
    } else {
      b = at::zeros_like(norm.scale);
      c = b;
    }
    auto totals = sums_up ? at::empty({workers, channels}, doubles) : at::Tensor();
    ck_normal_gradient way{
        x.size(0), pixels,  channels,   data(dz),   data(x),    data(norm.scale),
        data(b),   data(c), data(mask), data(skip), values(dz),
        sums_up ? totals.mutable_data_ptr<double>() : nullptr};
    share_out(workers, [&](int worker) { ck_return_norm(instructions, &way, worker, workers); });
    return {dz, weight_gradient, bias_gradient,
            sums_up ? totals.sum(0).to(at::kFloat) : at::Tensor()};
  }
};

}  // namespace

bool ct_has_block(const ct_tensor *x) {
  const at::Tensor &given = x->value;
  return is_fast(given) && given.size(2) > 2 && given.size(3) > 2 &&
         kernels_for({given.size(1)}) != CK_NONE;
}

ct_tensor *ct_residual_block(const ct_tensor *x, const ct_block *block, ct_error *error) {
  return make(error, [&]() -> at::Tensor {
    const at::Tensor given = of(x);
    for (auto weight : {block->weight1, block->weight2, block->gate_weight})
      if (weight) count_convolution(given, of(weight));
    // What is kept for the way back besides the result.
    if (counting)
      counted_bytes += given.numel() * given.element_size() * (block->gate_weight ? 2 : 1);
    if (given.is_meta()) return at::empty_like(given);
    Settings settings{block, at::GradMode::is_enabled()};
    return FastBlock::apply(
        given, of(block->weight1), of(block->bias1), of(block->weight2), of(block->bias2),
        of(block->norm1.weight), of(block->norm1.bias), of(block->norm2.weight),
        of(block->norm2.bias), optional(block->gate_weight), optional(block->gate_bias),
        int64_t(reinterpret_cast<intptr_t>(&settings)));
  });
}
