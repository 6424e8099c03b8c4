// Compressed bytes to and from c-blosc, libzstd and zlib, whole buffers at a time.
#ifndef CIMAGEIO_CODECS_H
#define CIMAGEIO_CODECS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Each decodes `count` bytes into exactly `size` bytes, never more: NULL when that is what they
/// held, else what is wrong, in a text that stays.
const char *cimageio_blosc_decode(const void *bytes, size_t count, void *target, size_t size);
const char *cimageio_zstd_decode(const void *bytes, size_t count, void *target, size_t size);
/// Of gzip, in one or several members, or of zlib's own form.
const char *cimageio_deflate_decode(
    const void *bytes, size_t count, void *target, size_t size, int is_gzip);

/// The most bytes that `size` bytes need when they are encoded by any of these.
size_t cimageio_encoded_bound(size_t size);
/// Each encodes `size` bytes; the number of bytes written, or 0 on failure.
size_t cimageio_blosc_encode(
    const void *bytes, size_t size, void *target, size_t capacity, size_t element_size, int level,
    const char *compressor);
size_t cimageio_zstd_encode(
    const void *bytes, size_t size, void *target, size_t capacity, int level);
size_t cimageio_gzip_encode(
    const void *bytes, size_t size, void *target, size_t capacity, int level);

#ifdef __cplusplus
}
#endif

#endif
