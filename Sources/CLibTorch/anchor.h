// Names LibTorch's libraries for the linker. `CTorch` includes the C++ headers themselves.
