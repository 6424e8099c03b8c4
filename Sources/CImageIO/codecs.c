#include <limits.h>
#include <string.h>

#include <blosc.h>
#include <zlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "CImageIO.h"

static const char too_many[] = "it holds more bytes than the metadata state";
static const char too_few[] = "it holds fewer bytes than the metadata state";

const char *cimageio_blosc_decode(const void *bytes, size_t count, void *target, size_t size) {
  size_t claimed = 0;
  if (count < BLOSC_MIN_HEADER_LENGTH) return "it is shorter than a Blosc header";
  // Decoding trusts the length in the header, so it is compared with the true one first.
  if (blosc_cbuffer_validate(bytes, count, &claimed) != 0) return "its Blosc header is broken";
  if (claimed != size) return "its Blosc header states another size than the metadata";
  int decoded = blosc_decompress_ctx(bytes, target, size, 1);
  if (decoded == -5) return "its Blosc compressor is not part of the installed c-blosc";
  if (decoded < 0 || (size_t)decoded != size) return "its Blosc data are broken";
  return NULL;
}

const char *cimageio_zstd_decode(const void *bytes, size_t count, void *target, size_t size) {
  size_t decoded = ZSTD_decompress(target, size, bytes, count);
  if (ZSTD_isError(decoded)) {
    return ZSTD_getErrorCode(decoded) == ZSTD_error_dstSize_tooSmall
        ? too_many : ZSTD_getErrorName(decoded);
  }
  return decoded == size ? NULL : too_few;
}

static uInt piece(size_t count) { return count > UINT_MAX ? UINT_MAX : (uInt)count; }

const char *cimageio_deflate_decode(
    const void *bytes, size_t count, void *target, size_t size, int is_gzip) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, is_gzip ? 15 + 16 : 15) != Z_OK) return "there is no memory for it";
  const uint8_t *source = bytes;
  uint8_t *place = target;
  uint8_t beyond;
  const char *wrong = NULL;
  while (wrong == NULL) {
    stream.next_in = (Bytef *)source;
    stream.avail_in = piece(count);
    // With the target full, the end of the stream may still have to be read.
    stream.next_out = size > 0 ? place : &beyond;
    stream.avail_out = size > 0 ? piece(size) : 1;
    int result = inflate(&stream, Z_NO_FLUSH);
    size_t read = (size_t)(stream.next_in - source);
    size_t written = (size_t)(stream.next_out - (size > 0 ? place : &beyond));
    source += read;
    count -= read;
    if (written > size) {
      wrong = too_many;
    } else if (written > 0) {
      place += written;
      size -= written;
    }
    if (wrong != NULL) break;
    if (result == Z_STREAM_END) {
      if (count == 0) break;
      if (!is_gzip || inflateReset(&stream) != Z_OK) wrong = "bytes follow its end";
    } else if (result != Z_OK && result != Z_BUF_ERROR) {
      wrong = is_gzip ? "its gzip data are broken" : "its zlib data are broken";
    } else if (read == 0 && written == 0) {
      wrong = "it is cut off";
    }
  }
  inflateEnd(&stream);
  if (wrong == NULL && size > 0) wrong = too_few;
  return wrong;
}

size_t cimageio_encoded_bound(size_t size) {
  // Above what Blosc (16), zstd (1/256 and 64 KiB) and gzip (5 in 16 KiB and 18) state.
  return size + size / 128 + (1 << 17);
}

size_t cimageio_blosc_encode(
    const void *bytes, size_t size, void *target, size_t capacity, size_t element_size, int level,
    const char *compressor) {
  int shuffle = element_size > 1 ? BLOSC_SHUFFLE : BLOSC_NOSHUFFLE;
  int count = blosc_compress_ctx(
      level, shuffle, element_size, size, bytes, target, capacity, compressor, 0, 1);
  return count > 0 ? (size_t)count : 0;
}

size_t cimageio_zstd_encode(
    const void *bytes, size_t size, void *target, size_t capacity, int level) {
  size_t count = ZSTD_compress(target, capacity, bytes, size, level);
  return ZSTD_isError(count) ? 0 : count;
}

size_t cimageio_gzip_encode(
    const void *bytes, size_t size, void *target, size_t capacity, int level) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (size > UINT_MAX || capacity > UINT_MAX) return 0;
  if (deflateInit2(&stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = (uInt)size;
  stream.next_out = target;
  stream.avail_out = (uInt)capacity;
  int result = deflate(&stream, Z_FINISH);
  size_t count = capacity - stream.avail_out;
  deflateEnd(&stream);
  return result == Z_STREAM_END ? count : 0;
}
