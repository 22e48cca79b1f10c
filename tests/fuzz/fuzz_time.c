/*
 * tests/fuzz/fuzz_time.c -- instants, civil time, their text, and local zones.
 *
 * The first 9 bytes give an instant and choose a zone. All bytes are also read as text.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"

#include <string.h>
#include <time.h>

#include "base/time.h"

/* Summer time of an hour and of half an hour, offsets of a quarter of an hour, and none at all. */
static const char *const zones[] = { "UTC", "Europe/Paris", "America/St_Johns",
	"Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Chatham", "Europe/Dublin" };

static void
civil(int64_t at_s)
{
	int64_t near = at_s / 4;
	char text[REP_TIME_TEXT];
	struct rep_civil c;
	int64_t back;

	rep_time_to_civil(at_s, &c); /* any number: it only must not overflow */
	near %= INT64_C(4000) * 365 * 86400;
	rep_time_to_civil(near, &c);
	MUST(rep_civil_valid(&c) && c.sec < 60);
	MUST(rep_time_from_civil(&c) == near);
	rep_time_text(near, text);
	if (c.year >= 0 && c.year <= 9999) {
		MUST(rep_time_parse(rep_str_c(text), &back, NULL, NULL) == REP_OK);
		MUST(back == near);
	}
	MUST(strlen(rep_time_span(at_s, text)) < REP_TIME_TEXT);
}

static void
text(struct rep_str s)
{
	char buf[REP_TIME_TEXT];
	int64_t at, again;
	size_t used = 0;

	if (rep_time_parse(s, &at, &used, NULL) == REP_OK) {
		MUST(used >= 20 && used <= s.n);
		MUST(rep_time_parse(rep_str_sub(s, 0, used), &again, NULL, NULL) == REP_OK);
		MUST(again == at);
		rep_time_text(at, buf);
		if (at >= 0) {
			MUST(rep_time_parse(rep_str_c(buf), &again, NULL, NULL) == REP_OK);
			MUST(again == at);
		}
	} else if (rep_time_parse(s, &at, NULL, NULL) == REP_OK) {
		MUST(s.n == 10); /* a date alone */
		MUST(at % 86400 == 0);
	}
}

static struct rep_civil
local(int64_t at_s)
{
	time_t t = (time_t)at_s;
	struct tm tm;

	localtime_r(&t, &tm);
	return (struct rep_civil){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
		tm.tm_min, tm.tm_sec };
}

/* A local time that existed gives an instant that shows the same local time. */
static void
zone(int64_t at_s, const char *name)
{
	static const char *current;
	struct rep_zone warm = { 0 }, cold;
	struct rep_civil c, d;
	int64_t at;

	if (current != name) {
		setenv("TZ", name, 1);
		tzset();
		current = name;
	}
	/* From 2000 to 2037; then two hours of that in steps that no zone's rules have. */
	at_s = INT64_C(946684800) + (at_s & INT64_C(0x3fffffff));
	for (int64_t t = at_s - 3600; t < at_s + 3600; t += 577) {
		c = local(t);
		at = rep_zone_instant(&warm, &c, INT64_MIN);
		d = local(at);
		MUST(memcmp(&c, &d, sizeof c) == 0);
		MUST(at <= t); /* the earlier of the two */
		cold = (struct rep_zone){ 0 };
		MUST(rep_zone_instant(&cold, &c, INT64_MIN) == at);
		at = rep_zone_instant(&cold, &c, t + 7200);
		d = local(at);
		MUST(memcmp(&c, &d, sizeof c) == 0);
		MUST(at >= t); /* the later of the two */
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int64_t at = 0;

	text((struct rep_str){ (const char *)data, size });
	if (size < 9)
		return 0;
	memcpy(&at, data, sizeof at);
	civil(at);
	zone(at, zones[data[8] % REP_COUNT(zones)]);
	return 0;
}
