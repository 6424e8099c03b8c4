// The few calls of libtiff and libpng that Imaging needs, without varargs, macros or global
// handlers. Nothing here decides anything: what a page means is decided in Swift.
#ifndef CIMAGEIO_H
#define CIMAGEIO_H

#include <stddef.h>
#include <stdint.h>

#include "CImageIOCodecs.h"

#ifdef __cplusplus
extern "C" {
#endif

/// An open TIFF file and the first message libtiff gave since the last call.
typedef struct CImageIOTIFF CImageIOTIFF;

/// The fields of the current page, with libtiff's defaults where a tag is absent.
typedef struct {
  uint64_t offset;             // of the page's directory in the file
  uint64_t data_offset;        // of the first strip or tile
  uint32_t width, height, depth;
  uint32_t subfile_type;       // bit 0: a reduced copy of another page
  uint32_t rows_per_strip, tile_width, tile_height;
  uint32_t segments;           // strips or tiles, over all planes
  uint64_t segment_size;       // bytes of one whole decoded strip or tile
  uint16_t bits_per_sample, samples_per_pixel, sample_format;
  uint16_t photometric;        // 65535 when absent
  uint16_t planar, compression;
  uint16_t resolution_unit;
  uint16_t is_tiled, is_stk;   // is_stk: MetaMorph's tag for planes without directories
  float x_resolution, y_resolution;  // 0 when absent
  uint16_t fill_order;         // 2: the lowest bit of a byte comes first
} CImageIOPage;

/// What to write into the tags of a new page of one sample per pixel. NULL leaves a tag out.
typedef struct {
  uint32_t width, height;
  uint32_t rows_per_strip, tile_width, tile_height;  // tiles where their width is not 0
  uint16_t bits_per_sample, sample_format, compression, predictor, resolution_unit;
  uint16_t is_reduced;         // a reduced copy of the page before
  uint16_t reduced_copies;     // pages that follow as reduced copies of this one
  double x_resolution, y_resolution;  // 0 leaves them out
  const char *description, *software;
  const uint32_t *imagej_counts;
  uint32_t imagej_count;
  const uint8_t *imagej_bytes;
  uint32_t imagej_size;
} CImageIONewPage;

/// Opens with libtiff's mode string; NULL on failure, with the message copied to `message`.
CImageIOTIFF *cimageio_tiff_open(
    const char *path, const char *mode, char *message, size_t capacity);
/// Closes and frees; 0 when flushing failed, with the message copied to `message`.
int cimageio_tiff_close(CImageIOTIFF *file, char *message, size_t capacity);
/// The first message since the last call, or an empty string. Owned by the file.
const char *cimageio_tiff_message(const CImageIOTIFF *file);
int cimageio_tiff_is_big_endian(const CImageIOTIFF *file);
int cimageio_tiff_has_codec(uint16_t compression);

/// Goes to the next page: 1 done, 0 there is none, -1 it cannot be read.
int cimageio_tiff_next(CImageIOTIFF *file);
/// Goes to the page whose directory is at `offset`; 0 on failure.
int cimageio_tiff_go(CImageIOTIFF *file, uint64_t offset);
void cimageio_tiff_page(CImageIOTIFF *file, CImageIOPage *page);
/// The current page's image description, or NULL. Valid until another page is current.
const char *cimageio_tiff_description(CImageIOTIFF *file);
/// ImageJ's tags 50838 (`counts`) and 50839 (`bytes`) of the current page; 0 when absent.
int cimageio_tiff_imagej(
    CImageIOTIFF *file, const uint32_t **counts, uint32_t *count, const uint8_t **bytes,
    uint32_t *size);
/// Decodes strip or tile `index`; the number of bytes decoded, or -1.
int64_t cimageio_tiff_read(CImageIOTIFF *file, uint32_t index, void *bytes, int64_t capacity);
/// Directories below the current page, such as its reduced copies; their number. Valid until
/// another page is current.
uint16_t cimageio_tiff_sub_directories(CImageIOTIFF *file, const uint64_t **offsets);
/// Where strip or tile `index` of the current page begins, and its bytes as stored.
void cimageio_tiff_segment(
    CImageIOTIFF *file, uint32_t index, uint64_t *offset, uint64_t *size);
/// The current page's colour map, of `1 << bits_per_sample` entries per part; 0 when absent.
int cimageio_tiff_color_map(
    CImageIOTIFF *file, const uint16_t **red, const uint16_t **green, const uint16_t **blue);
/// Reads bytes of the file as they are; fewer than `count` at its end, or -1.
int64_t cimageio_tiff_bytes(CImageIOTIFF *file, uint64_t offset, void *bytes, int64_t count);

/// Sets the tags of a new page; 0 on failure.
int cimageio_tiff_begin(CImageIOTIFF *file, const CImageIONewPage *page);
/// Packs and writes one strip or tile of the new page; 0 on failure.
int cimageio_tiff_write(CImageIOTIFF *file, uint32_t index, const void *bytes, int64_t size);
/// Writes the new page's directory; 0 on failure.
int cimageio_tiff_end(CImageIOTIFF *file);

/// Writes 8-bit pixels with 1 (grey) or 3 (RGB) channels; 0 on failure.
int cimageio_png_write(
    const char *path, const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
    char *message, size_t capacity);
/// Reads a PNG as 8-bit RGB into memory to be freed with `cimageio_png_free`; NULL on failure.
uint8_t *cimageio_png_read(
    const char *path, uint64_t most_pixels, uint32_t *width, uint32_t *height, char *message,
    size_t capacity);
void cimageio_png_free(uint8_t *pixels);

/// Has the memory of decoded pixels go back to the system when it is freed, of the whole process.
void cimageio_return_memory(void);

#ifdef __cplusplus
}
#endif

#endif
