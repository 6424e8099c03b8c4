// NCCL through its C interface, looked up at run time: LibTorch's own class for it is part of the
// CUDA build, whose headers need NVIDIA's, and this package compiles against LibTorch without CUDA
// alike. The library itself lies beside every LibTorch with CUDA, which needs it.
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/DeviceGuard.h>
#include <dlfcn.h>

#include <array>

#include "group.hpp"

namespace {

// Values and layouts that NCCL has kept since version 2.0.
struct UniqueID {
  char bytes[128];
};
using Comm = void *;
using Status = int;
enum { success = 0, in_progress = 7 };
enum Type { float16 = 6, float32 = 7, float64 = 8, bfloat16 = 9, int64 = 4 };
enum { sum_operation = 0 };

/// The functions of the library.
struct Library {
  Status (*get_unique_id)(UniqueID *);
  Status (*init_rank)(Comm *, int count, UniqueID, int rank);
  Status (*all_reduce)(const void *, void *, size_t, int type, int operation, Comm, void *stream);
  Status (*broadcast)(const void *, void *, size_t, int type, int root, Comm, void *stream);
  Status (*abort)(Comm);
  const char *(*message)(Status);

  static const Library &shared() {
    static const Library library;
    return library;
  }

 private:
  Library() {
    // LibTorch's CUDA part may hold NCCL itself; else it has loaded the library.
    void *place = RTLD_DEFAULT;
    if (!dlsym(place, "ncclCommInitRank")) place = dlopen("libnccl.so.2", RTLD_NOW | RTLD_GLOBAL);
    TORCH_CHECK(place || dlsym(RTLD_DEFAULT, "ncclCommInitRank"), "libnccl.so.2 is not there");
    find(place, "ncclGetUniqueId", get_unique_id);
    find(place, "ncclCommInitRank", init_rank);
    find(place, "ncclAllReduce", all_reduce);
    find(place, "ncclBroadcast", broadcast);
    find(place, "ncclCommAbort", abort);
    find(place, "ncclGetErrorString", message);
  }

  template <class Function>
  static void find(void *place, const char *name, Function &function) {
    function = reinterpret_cast<Function>(dlsym(place, name));
    TORCH_CHECK(function, "NCCL has no function ", name);
  }
};

void check(Status status, const char *work) {
  TORCH_CHECK(
      status == success || status == in_progress, "NCCL could not ", work, ": ",
      Library::shared().message(status));
}

int type(const at::Tensor &tensor) {
  switch (tensor.scalar_type()) {
    case at::kHalf: return float16;
    case at::kFloat: return float32;
    case at::kDouble: return float64;
    case at::kBFloat16: return bfloat16;
    case at::kLong: return int64;
    default: TORCH_CHECK(false, "NCCL is not asked for numbers of type ", tensor.scalar_type());
  }
}

class NCCL final : public shim::Communicator {
 public:
  NCCL(c10d::Store &store, int rank, int count, at::Device device) : device_(device) {
    const auto &library = Library::shared();
    UniqueID id;
    if (rank == 0) {
      check(library.get_unique_id(&id), "begin");
      store.set("nccl", std::vector<uint8_t>(id.bytes, id.bytes + sizeof id.bytes));
    } else {
      auto bytes = store.get("nccl");
      TORCH_CHECK(bytes.size() == sizeof id.bytes, "rank 0 runs another kind of NCCL");
      std::copy(bytes.begin(), bytes.end(), id.bytes);
    }
    c10::DeviceGuard guard(device_);
    check(library.init_rank(&comm_, count, id, rank), "join the GPUs");
  }

  ~NCCL() override {
    // Not in order, which would wait for ranks that may be gone.
    if (comm_) Library::shared().abort(comm_);
  }

  void sum(at::Tensor &tensor) override {
    run(tensor, [&](void *data, void *stream) {
      check(
          Library::shared().all_reduce(
              data, data, size_t(tensor.numel()), type(tensor), sum_operation, comm_, stream),
          "sum");
    });
  }

  void broadcast(at::Tensor &tensor, int root) override {
    run(tensor, [&](void *data, void *stream) {
      check(
          Library::shared().broadcast(
              data, data, size_t(tensor.numel()), type(tensor), root, comm_, stream),
          "broadcast");
    });
  }

 private:
  template <class Body>
  void run(at::Tensor &tensor, Body body) {
    TORCH_CHECK(tensor.is_contiguous(), "NCCL needs a dense tensor");
    c10::DeviceGuard guard(device_);
    // On the stream that made the tensor and will use it: nothing else has to wait.
    auto stream = c10::impl::getDeviceGuardImpl(device_.type())->getStream(device_);
    body(tensor.mutable_data_ptr(), stream.native_handle());
  }

  at::Device device_;
  Comm comm_ = nullptr;
};

}  // namespace

namespace shim {

std::unique_ptr<Communicator> join_gpus(
    c10d::Store &store, int rank, int count, at::Device device) {
  TORCH_CHECK(device.is_cuda(), "only NVIDIA's GPUs are joined by NCCL, not ", device);
  return std::make_unique<NCCL>(store, rank, count, device);
}

}  // namespace shim
