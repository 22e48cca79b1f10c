/* SPDX-License-Identifier: Apache-2.0 */
/* base.c -- chance, output and time. */
#include "genlog.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void
die(int rc, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("genlog: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(rc);
}

void *
grow(void *p, size_t n, size_t size)
{
	void *q = realloc(p, n * size);

	if (q == NULL)
		die(4, "out of memory for %zu x %zu bytes", n, size);
	return q;
}

/* Chance: splitmix64. One stream for the whole run, so the order of calls is the seed's. */

uint64_t rng_state;

uint32_t
zipf(uint64_t h, uint32_t bits, uint32_t n)
{
	uint32_t k = (uint32_t)(h & 0xffff) * bits >> 16;

	return (uint32_t)((1U << k) - 1 + ((h >> 16) & ((1U << k) - 1))) % n;
}

/* Output: one big buffer, written where it fills. room() is called once for each event. */

struct output out;

void
flush(void)
{
	const char *p = out.buf;

	out.bytes += (uint64_t)(out.p - out.buf);
	while (p < out.p) {
		ssize_t n = write(out.fd, p, (size_t)(out.p - p));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EPIPE)
			exit(0); /* the reader has had enough */
		if (n < 0)
			die(4, "writing %s: %s", out.name, strerror(errno));
		p += n;
	}
	out.p = out.buf;
}

const char digits2[] = "00010203040506070809101112131415161718192021222324"
		       "25262728293031323334353637383940414243444546474849"
		       "50515253545556575859606162636465666768697071727374"
		       "75767778798081828384858687888990919293949596979899";

const char upper16[] = "0123456789ABCDEF";
const char lower16[] = "0123456789abcdef";

void
putip(uint32_t ip)
{
	putu(ip >> 24);
	putch('.');
	putu(ip >> 16 & 255);
	putch('.');
	putu(ip >> 8 & 255);
	putch('.');
	putu(ip & 255);
}

/* Time: microseconds since 1970, UTC. */

const char months[12][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct",
	"Nov", "Dec" };

void
civil_of(uint64_t t, struct civil *c)
{
	uint64_t s = t / SEC, z = s / 86400 + 719468, era = z / 146097, doe = z % 146097;
	uint64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	uint64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;

	c->d = (unsigned)(doy - (153 * mp + 2) / 5 + 1);
	c->mo = (unsigned)(mp < 10 ? mp + 3 : mp - 9);
	c->y = (unsigned)(yoe + era * 400 + (c->mo <= 2 ? 1 : 0));
	c->h = (unsigned)(s / 3600 % 24);
	c->mi = (unsigned)(s / 60 % 60);
	c->s = (unsigned)(s % 60);
	c->wday = (unsigned)((s / 86400 + 4) % 7);
}

void
put_date(const struct civil *c, bool dashes)
{
	putz(c->y, 4);
	if (dashes)
		putch('-');
	putz(c->mo, 2);
	if (dashes)
		putch('-');
	putz(c->d, 2);
}

void
put_clock(const struct civil *c, bool colons)
{
	putz(c->h, 2);
	if (colons)
		putch(':');
	putz(c->mi, 2);
	if (colons)
		putch(':');
	putz(c->s, 2);
}
