/*
 * unit/test_unpack.c -- every packing: whole, in members, padded, cut off, damaged, a bomb.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/unpack.h"
#include "packed.h"

#include <bzlib.h>
#include <lzma.h>
#include <zstd.h>

enum { ROOM = 1 << 20 };

static void
gzip(struct rep_str s, struct rep_buf *out)
{
	gzip_member(s, 6, 0, out);
}

static void
zstd(struct rep_str s, struct rep_buf *out)
{
	static char buf[ROOM];

	rep_buf_add(out, (struct rep_str){ buf, ZSTD_compress(buf, sizeof buf, s.p, s.n, 3) });
}

static void
bzip2(struct rep_str s, struct rep_buf *out)
{
	static char buf[ROOM];
	unsigned n = sizeof buf;

	if (BZ2_bzBuffToBuffCompress(buf, &n, (char *)(uintptr_t)s.p, (unsigned)s.n, 9, 0, 0) ==
	    BZ_OK)
		rep_buf_add(out, (struct rep_str){ buf, n });
}

static void
xz(struct rep_str s, struct rep_buf *out)
{
	static unsigned char buf[ROOM];
	size_t n = 0;

	if (lzma_easy_buffer_encode(6, LZMA_CHECK_CRC64, NULL, (const unsigned char *)s.p, s.n, buf,
		&n, sizeof buf) == LZMA_OK)
		rep_buf_add(out, (struct rep_str){ (char *)buf, n });
}

static const struct {
	const char *name;
	void (*pack)(struct rep_str s, struct rep_buf *out);
} packers[] = { { "gzip", gzip }, { "zstd", zstd }, { "bzip2", bzip2 }, { "xz", xz } };

/* Packed bytes, given a few at a time. */
struct source {
	struct rep_str s;
	size_t at, at_once;
};

static enum rep_rc
more(void *ctx, void *p, size_t n, size_t *got, struct rep_err *err)
{
	struct source *src = ctx;
	struct rep_str s = rep_str_sub(src->s, src->at, n < src->at_once ? n : src->at_once);

	(void)err;
	memcpy(p, s.p, s.n);
	src->at += s.n;
	*got = s.n;
	return REP_OK;
}

/* Unpacks all; the text is in out. */
static enum rep_rc
unpack(struct rep_str packed, size_t at_once, struct rep_buf *out, struct rep_err *err)
{
	struct source src = { packed, packed.n < 1024 ? packed.n : 1024, at_once };
	struct rep_unpack *u;
	static char buf[8192];
	enum rep_rc rc;
	size_t got = 1;

	rep_buf_clear(out);
	if (rep_packing_of(packed) == NULL)
		return REP_ENOTFOUND;
	if ((rc = rep_unpack_open(rep_packing_of(packed), rep_str_sub(packed, 0, src.at), more,
		 &src, "x.log", &u, err)) != REP_OK)
		return rc;
	while ((rc = rep_unpack_some(u, buf, sizeof buf, &got, err)) == REP_OK && got > 0)
		rep_buf_add(out, (struct rep_str){ buf, got });
	rep_unpack_close(u);
	return rc;
}

static void
test_packing(const char *name, void (*pack)(struct rep_str, struct rep_buf *))
{
	struct rep_buf text, packed, out;
	struct rep_err err = { .msg = "" };
	uint32_t x = 1;
	size_t first;

	rep_buf_init(&text, 8 << 20);
	rep_buf_init(&packed, 8 << 20);
	rep_buf_init(&out, 8 << 20);
	for (unsigned i = 0; i < 5000; i++) {
		x = x * 1664525 + 1013904223;
		rep_buf_printf(&text, "line %u of many, with %08x in it\n", i + 1, x);
	}
	pack(rep_buf_str(&text), &packed);
	first = packed.n;
	ok(unpack(rep_buf_str(&packed), 7, &out, &err) == REP_OK &&
		rep_str_eq(rep_buf_str(&out), rep_buf_str(&text)),
	    "%s: whole, a few bytes at a time", name);
	pack(REP_S("two\n"), &packed);
	pack(REP_S(""), &packed);
	pack(REP_S("three\n"), &packed);
	ok(unpack(rep_buf_str(&packed), 1 << 16, &out, &err) == REP_OK && out.n == text.n + 10 &&
		memcmp(out.p + text.n, "two\nthree\n", 10) == 0,
	    "%s: several members are one text", name);
	for (int i = 0; i < 512; i++)
		rep_buf_addc(&packed, '\0');
	is_int(unpack(rep_buf_str(&packed), 100, &out, &err), REP_OK, "%s: zeros after it", name);
	rep_buf_addc(&packed, '!');
	ok(unpack(rep_buf_str(&packed), 100, &out, &err) == REP_EIO && out.n == text.n + 10 &&
		strstr(err.msg, "is not ") != NULL && strstr(err.msg, name) != NULL,
	    "%s: something else after it: %s", name, err.msg);
	ok(unpack(rep_str_sub(rep_buf_str(&packed), 0, first - 5), 100, &out, &err) == REP_EIO &&
		strstr(err.msg, "ends too early") != NULL && strstr(err.msg, "x.log: ") == err.msg,
	    "%s: cut off: %s", name, err.msg);
	memset(packed.p + first / 2, 0xff, 64);
	ok(unpack(rep_buf_str(&packed), 100, &out, &err) == REP_EIO &&
		strstr(err.msg, "damaged") != NULL && strstr(err.msg, name) != NULL,
	    "%s: damaged: %s", name, err.msg);
	rep_buf_fini(&text);
	rep_buf_fini(&packed);
	rep_buf_fini(&out);
}

static void
test_none(void)
{
	static const struct {
		const char *name;
		struct rep_str head;
	} rows[] = {
		{ "nothing", { "", 0 } },
		{ "two bytes of gzip", { "\x1f\x8b", 2 } },
		{ "a log of a host that is called BZh9", { "BZh9 postfix/smtp[1]: x", 23 } },
		{ "a beginning of xz",
		    { "\xfd"
		      "7zXZ\0",
			6 } },
		{ "zip", { "PK\003\004abcdefghijkl", 16 } },
	};

	for (size_t i = 0; i < REP_COUNT(rows); i++)
		ok(rep_packing_of(rows[i].head) == NULL, "not packed: %s", rows[i].name);
}

/* xz that asks for more memory than it gets: a dictionary of 1 GB, of which nothing is needed. */
static void
test_memory(void)
{
	static unsigned char buf[4096];
	lzma_options_lzma o;
	lzma_filter filters[2] = { { LZMA_FILTER_LZMA2, &o }, { LZMA_VLI_UNKNOWN, NULL } };
	struct rep_buf out;
	struct rep_err err = { .msg = "" };
	size_t n = 0;

	rep_buf_init(&out, 1 << 16);
	(void)lzma_lzma_preset(&o, 0);
	o.dict_size = 1u << 30;
	o.mf = LZMA_MF_HC3;
	if (lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC32, NULL,
		(const unsigned char *)"one\n", 4, buf, &n, sizeof buf) != LZMA_OK)
		skip("no memory to pack with");
	else
		ok(unpack((struct rep_str){ (char *)buf, n }, 100, &out, &err) == REP_EIO &&
			strstr(err.msg, "96 MB") != NULL,
		    "xz: more memory than a log may take: %s", err.msg);
	rep_buf_fini(&out);
}

int
main(void)
{
	for (size_t i = 0; i < REP_COUNT(packers); i++)
		test_packing(packers[i].name, packers[i].pack);
	test_none();
	test_memory();
	return done();
}
