// A group of processes: what the parts of the shim know of it.
#pragma once

#include <torch/csrc/distributed/c10d/Backend.hpp>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <memory>

#include "shim.hpp"

namespace shim {

/// NCCL's part of a group: reductions among GPUs, on the current stream of their device.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual void sum(at::Tensor &tensor) = 0;
  virtual void broadcast(at::Tensor &tensor, int root) = 0;
};

/// Joins the ranks' GPUs; throws where NCCL is not there or fails.
std::unique_ptr<Communicator> join_gpus(
    c10d::Store &store, int rank, int count, at::Device device);

}  // namespace shim

struct ct_store {
  c10::intrusive_ptr<c10d::Store> value;
  /// Where the store listens, or is reached.
  int port;
};

struct ct_group {
  c10::intrusive_ptr<c10d::Backend> gloo;
  std::unique_ptr<shim::Communicator> gpus;
  c10::intrusive_ptr<c10d::Store> store;

  /// Sums a dense tensor over all ranks, in place, and waits (on a GPU: makes its stream wait).
  void sum(at::Tensor &tensor);
};

struct ct_work {
  /// What Gloo works on; nothing where the work is on a GPU's stream already.
  c10::intrusive_ptr<c10d::Work> work;
  /// The tensor that takes the result, and the copy on the CPU that is worked on where they differ.
  at::Tensor target, staged;
};
