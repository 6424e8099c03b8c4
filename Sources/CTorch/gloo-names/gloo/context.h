// The torch wheel holds the code of Gloo, inside libtorch_cpu, but not its headers, and LibTorch's own
// header of ProcessGroupGloo includes them. The files in this folder say just enough for that header
// to be read: names of classes that are used through pointers alone. Nothing here is ever made,
// destroyed or asked for its size by this package.
#pragma once

#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo
