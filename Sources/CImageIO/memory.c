#include "CImageIO.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

void cimageio_return_memory(void) {
#ifdef __GLIBC__
  // Left alone, the library raises its threshold with the first large piece that is freed, and gaps
  // between later ones stay with the process, in as many arenas as there are threads.
  mallopt(M_MMAP_THRESHOLD, 2 << 20);
  mallopt(M_TRIM_THRESHOLD, 16 << 20);
  mallopt(M_ARENA_MAX, 4);
#endif
}
