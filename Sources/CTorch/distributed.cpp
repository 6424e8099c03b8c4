// The header leaves its declarations out unless LibTorch was built with Gloo, which all wheels are.
#ifndef USE_C10D_GLOO
#define USE_C10D_GLOO
#endif

#include <arpa/inet.h>
#include <c10/util/Logging.h>
#include <netdb.h>
#include <sys/socket.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>
#include <unistd.h>

#include <chrono>
#include <string>
#include <vector>

#include "group.hpp"

using namespace shim;

namespace {

std::chrono::milliseconds duration(double seconds) {
  return std::chrono::milliseconds(int64_t(seconds * 1000));
}

std::vector<std::string> strings(const char *const *texts, int count) {
  return std::vector<std::string>(texts, texts + count);
}

/// Keeps LibTorch from writing what it throws on standard error too, with its stack.
class Quiet {
 public:
  Quiet() : before_(FLAGS_caffe2_log_level) { FLAGS_caffe2_log_level = 3 /* fatal */; }
  ~Quiet() { FLAGS_caffe2_log_level = before_; }

 private:
  int before_;
};

}  // namespace

// MARK: The store

ct_store *ct_store_new(
    const char *host, int port, bool serves, const char *prefix, double timeout,
    ct_error *error) {
  return guarded(error, static_cast<ct_store *>(nullptr), [&] {
    Quiet quiet;
    c10d::TCPStoreOptions options;
    options.port = uint16_t(port);
    options.isServer = serves;
    options.waitWorkers = false;
    // Several stores of one process may share a server, as those of two groups do.
    options.multiTenant = serves;
    options.timeout = duration(timeout);
    auto store = c10::make_intrusive<c10d::TCPStore>(std::string(host), options);
    int actual = store->getPort();
    auto prefixed = c10::make_intrusive<c10d::PrefixStore>(std::string(prefix), store);
    return new ct_store{std::move(prefixed), actual};
  });
}

ct_store *ct_store_clone(const ct_store *store, ct_error *error) {
  return guarded(error, static_cast<ct_store *>(nullptr), [&] {
    return new ct_store{store->value->clone(), store->port};
  });
}

void ct_store_free(ct_store *store) { delete store; }

int ct_store_port(const ct_store *store) { return store->port; }

bool ct_store_set(ct_store *store, const char *key, const char *value, ct_error *error) {
  return guarded(error, false, [&] {
    store->value->set(key, std::string(value));
    return true;
  });
}

char *ct_store_get(ct_store *store, const char *key, ct_error *error) {
  return guarded(error, static_cast<char *>(nullptr), [&]() -> char * {
    return strdup(store->value->get_to_str(key).c_str());
  });
}

void ct_text_free(char *text) { std::free(text); }

bool ct_store_has(ct_store *store, const char *const *keys, int count, ct_error *error) {
  return guarded(error, false, [&] { return store->value->check(strings(keys, count)); });
}

bool ct_local_address(const char *host, int port, char *text, int length, ct_error *error) {
  return guarded(error, false, [&] {
    addrinfo hints{}, *found = nullptr;
    hints.ai_socktype = SOCK_DGRAM;
    int status = getaddrinfo(host, std::to_string(port).c_str(), &hints, &found);
    TORCH_CHECK(status == 0, "the address of ", host, " is not known: ", gai_strerror(status));
    bool done = false;
    for (addrinfo *place = found; place && !done; place = place->ai_next) {
      int descriptor = socket(place->ai_family, place->ai_socktype, place->ai_protocol);
      if (descriptor < 0) continue;
      // Connecting a datagram socket sends nothing; it asks the system for the way.
      sockaddr_storage own{};
      socklen_t size = sizeof own;
      done = connect(descriptor, place->ai_addr, place->ai_addrlen) == 0 &&
             getsockname(descriptor, reinterpret_cast<sockaddr *>(&own), &size) == 0 &&
             getnameinfo(
                 reinterpret_cast<sockaddr *>(&own), size, text, socklen_t(length), nullptr, 0,
                 NI_NUMERICHOST) == 0;
      close(descriptor);
    }
    freeaddrinfo(found);
    TORCH_CHECK(done, "no network of this machine leads to ", host);
    return true;
  });
}

// MARK: The group

void ct_group::sum(at::Tensor &tensor) {
  if (tensor.is_cuda() && gpus) return gpus->sum(tensor);
  std::vector<at::Tensor> tensors{tensor.is_cpu() ? tensor : tensor.cpu()};
  gloo->allreduce(tensors)->wait();
  if (!tensor.is_cpu()) tensor.copy_(tensors[0]);
}

ct_group *ct_group_new(
    const ct_store *store, int rank, int count, const char *interface, const char *address,
    double connect_timeout, double timeout, ct_error *error) {
  return guarded(error, static_cast<ct_group *>(nullptr), [&] {
    auto options = c10d::ProcessGroupGloo::Options::create(duration(connect_timeout));
    options->devices.push_back(
        interface ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                  : c10d::ProcessGroupGloo::createDeviceForHostname(address));
    auto own = store->value->clone();
    own->setTimeout(duration(connect_timeout));
    auto gloo = c10::make_intrusive<c10d::ProcessGroupGloo>(
        c10::make_intrusive<c10d::PrefixStore>("gloo", own), rank, count, options);
    // Meeting is quick or fails; what follows may wait for a long validation.
    gloo->setTimeout(duration(timeout));
    return new ct_group{std::move(gloo), nullptr, std::move(own)};
  });
}

void ct_group_free(ct_group *group) { delete group; }

bool ct_group_join_gpus(ct_group *group, ct_device place, ct_error *error) {
  return guarded(error, false, [&] {
    group->gpus = join_gpus(
        *group->store, group->gloo->getRank(), group->gloo->getSize(), device(place));
    return true;
  });
}

bool ct_group_broadcast(ct_group *group, ct_tensor *tensor, int root, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    at::Tensor &target = tensor->value;
    // In row-major order, whatever the layout, so that all ranks mean the same element.
    at::Tensor dense = target.detach().contiguous();
    if (dense.is_cuda() && group->gpus) {
      group->gpus->broadcast(dense, root);
    } else {
      std::vector<at::Tensor> tensors{dense.cpu()};
      c10d::BroadcastOptions options;
      options.rootRank = root;
      group->gloo->broadcast(tensors, options)->wait();
      dense = tensors[0];
    }
    if (!dense.is_same(target)) target.copy_(dense);
    return true;
  });
}

ct_work *ct_group_sum(ct_group *group, ct_tensor *tensor, ct_error *error) {
  return guarded(error, static_cast<ct_work *>(nullptr), [&] {
    at::NoGradGuard guard;
    at::Tensor target = tensor->value.detach();
    TORCH_CHECK(target.is_contiguous(), "a sum over processes needs a dense tensor");
    if (target.is_cuda() && group->gpus) {
      group->gpus->sum(target);
      return new ct_work{{}, target, target};
    }
    at::Tensor staged = target.is_cpu() ? target : target.cpu();
    std::vector<at::Tensor> tensors{staged};
    return new ct_work{group->gloo->allreduce(tensors), target, staged};
  });
}

bool ct_work_wait(ct_work *work, ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    if (work->work) {
      work->work->wait();
      if (!work->staged.is_same(work->target)) work->target.copy_(work->staged);
    }
    return true;
  });
}

void ct_work_free(ct_work *work) { delete work; }

bool ct_group_barrier(ct_group *group, ct_error *error) {
  return guarded(error, false, [&] {
    group->gloo->barrier()->wait();
    return true;
  });
}

// MARK: Gradients

ct_tensor *ct_flatten_gradients(ct_tensor *const *parameters, int count, ct_error *error) {
  return make(error, [&] {
    at::NoGradGuard guard;
    int64_t total = count;
    for (int i = 0; i < count; ++i) total += parameters[i]->value.numel();
    auto flat = at::zeros({total}, parameters[0]->value.options().dtype(at::kFloat));
    int64_t place = 0;
    std::vector<float> present;
    for (int i = 0; i < count; ++i) {
      const at::Tensor &parameter = parameters[i]->value;
      const at::Tensor &gradient = parameter.grad();
      if (gradient.defined()) {
        flat.narrow(0, place, parameter.numel()).view(parameter.sizes()).copy_(gradient);
      }
      present.push_back(gradient.defined() ? 1.0f : 0.0f);
      place += parameter.numel();
    }
    flat.narrow(0, place, count).copy_(at::from_blob(present.data(), {count}, at::kFloat));
    return flat;
  });
}

bool ct_unflatten_gradients(
    ct_tensor *const *parameters, int count, const ct_tensor *flat, double factor,
    ct_error *error) {
  return guarded(error, false, [&] {
    at::NoGradGuard guard;
    at::Tensor values = flat->value;
    int64_t place = values.numel() - count;
    auto present = values.narrow(0, place, count).cpu();
    values.narrow(0, 0, place).mul_(factor);
    place = 0;
    for (int i = 0; i < count; ++i) {
      at::Tensor &parameter = parameters[i]->value;
      auto mean = values.narrow(0, place, parameter.numel()).view(parameter.sizes());
      place += parameter.numel();
      // What no rank has a gradient for stays without.
      if (present.const_data_ptr<float>()[i] == 0) continue;
      at::Tensor &gradient = parameter.mutable_grad();
      if (!gradient.defined()) gradient = at::empty_like(parameter);
      gradient.copy_(mean);
    }
    return true;
  });
}
