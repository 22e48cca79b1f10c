/*
 * tests/fuzz/fuzz_control_msg.c -- a packet of the control socket, read at both ends (serve/control_msg.h).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "serve/control_msg.h"

static struct rep_str packet;

static void
inside(struct rep_str s)
{
	MUST(s.n == 0 || (s.p >= packet.p && s.p + s.n <= packet.p + packet.n));
	MUST(memchr(s.n > 0 ? s.p : "x", '\0', s.n > 0 ? s.n : 1) == NULL);
	fuzz_touch(s);
}

/* What was taken apart and is put together again is the same packet. */
static void
same(struct rep_buf *out)
{
	MUST(!out->full && rep_str_eq(rep_buf_str(out), packet));
	rep_buf_clear(out);
}

static void
command(const struct rep_msg *m, struct rep_buf *out)
{
	static struct rep_control_command c;

	if (rep_control_get_command(m, &c, NULL) != REP_OK)
		return;
	MUST(
	    c.words_n > 0 && c.words_n <= REP_CONTROL_WORDS_MAX && c.worst <= REP_CONTROL_CODE_MAX);
	for (size_t i = 0; i < c.words_n; i++)
		inside(c.words[i]);
	for (size_t i = 0; i < REP_CONTROL_ENV_N; i++)
		if (c.env[i].p != NULL)
			inside(c.env[i]);
	MUST(rep_control_zone(c.env[REP_CONTROL_TZ]));
	MUST(rep_str_starts(c.env[REP_CONTROL_TZ], REP_S("/")) == false);
	MUST(rep_control_put_command(out, &c));
	same(out);
}

static void
names(const struct rep_msg *m, struct rep_buf *out)
{
	struct rep_control_names all;
	struct rep_control_name name;
	size_t at;

	if (rep_control_get_names(m, &all, NULL) != REP_OK)
		return;
	MUST(all.worst <= REP_CONTROL_CODE_MAX);
	at = rep_control_begin_names(out, all.worst);
	while (rep_control_next_name(&all, &name)) {
		inside(name.name);
		MUST(name.name.n <= REP_CONTROL_NAME_MAX);
		MUST(rep_control_put_name(out, &name));
	}
	MUST(rep_msg_done(&all.rest));
	rep_control_end_names(out, at, all.last);
	same(out);
}

static void
answers(const struct rep_msg *m, struct rep_buf *out)
{
	struct rep_str why;
	unsigned code;
	uint64_t nth;

	if (rep_control_get_no(m, &why, NULL) == REP_OK) {
		inside(why);
		rep_control_put_no(out, m->type, why);
		same(out);
	}
	if (rep_control_get_file(m, &why, NULL) == REP_OK) {
		inside(why);
		rep_control_put_file(out, why);
		same(out);
	}
	if (rep_control_get_want(m, &nth, NULL) == REP_OK) {
		rep_control_put_want(out, m->type, nth);
		same(out);
	}
	if (rep_control_get_done(m, &code, NULL) == REP_OK) {
		MUST(code <= REP_CONTROL_CODE_MAX);
		rep_control_put_done(out, code);
		same(out);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rep_buf out;
	struct rep_msg m;

	packet = (struct rep_str){ (const char *)data, size };
	if (rep_control_take(packet, &m, NULL) != REP_OK)
		return 0;
	MUST(size <= REP_CONTROL_MAX && m.payload.n + REP_MSG_HEADER == size);
	rep_buf_init(&out, REP_CONTROL_MAX);
	command(&m, &out);
	names(&m, &out);
	answers(&m, &out);
	rep_buf_fini(&out);
	return 0;
}
