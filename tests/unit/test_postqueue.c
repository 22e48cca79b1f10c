/*
 * unit/test_postqueue.c -- one line of postqueue -j: messages, odd ones, and what is none.
 *
 * What comes out is QUEUE ID ARRIVAL SIZE [forced] <SENDER> and then, for each recipient,
 * |ADDRESS|REASON.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "intake/postqueue.h"
#include "base/buf.h"
#include "tap.h"

#include <stdlib.h>

#define HEAD                                                                                      \
	"{\"queue_name\": \"deferred\", \"queue_id\": \"4F1A2B\", \"arrival_time\": 1793688131, " \
	"\"message_size\": 1051, \"forced_expire\": false, \"sender\": \"a@shop.example\", "
#define WANT "deferred 4F1A2B 1793688131 1051 <a@shop.example>"

static const struct {
	const char *name, *line, *want; /* NULL: no message */
} rows[] = {
	{ "one recipient",
	    HEAD "\"recipients\": [{\"address\": \"jo@example.com\", \"delay_reason\": \"x\"}]}",
	    WANT "|jo@example.com|x" },
	{ "two, one not tried yet",
	    HEAD "\"recipients\": [{\"address\": \"a@x.example\"}, "
		 "{\"address\": \"b@x.example\", \"delay_reason\": \"lost connection\"}]}",
	    WANT "|a@x.example||b@x.example|lost connection" },
	{ "none", HEAD "\"recipients\": []}", WANT },
	{ "a bounce that is held",
	    "{\"queue_name\":\"hold\",\"queue_id\":\"4F1A2B\",\"arrival_time\":1,\"message_size\":2,"
	    "\"forced_expire\":true,\"sender\":\"\",\"recipients\":[{\"address\":\"b@c\"}]}",
	    "hold 4F1A2B 1 2 forced <>|b@c|" },
	{ "another order, and fields that are not known",
	    "{\"new\":[1,{\"a\":[]},\"x\",null,-1.5e9],\"recipients\":[{\"why\":{},\"address\":\"b@c\"}],"
	    "\"queue_id\":\"X\",\"sender\":\"s@t\"}",
	    "- X 0 0 <s@t>|b@c|" },
	{ "escapes",
	    "{\"queue_id\":\"X\",\"sender\":\"\\\"j d\\\"@t\",\"recipients\":[{\"address\":\"b@c\","
	    "\"delay_reason\":\"a\\tb\\u00e9\\u20ac\\ud83d\\\\ \\/\"},{\"address\":\"d@e\"}]}",
	    "- X 0 0 <'j d'@t>|b@c|a\tb\xc3\xa9\xe2\x82\xac?/ /|d@e|" },
	{ "only escapes", "{\"queue_id\":\"\\u0041\\u0042\"}", "- AB 0 0 <>" },
	{ "blanks around", "  { \"queue_id\" : \"X\" }  ", "- X 0 0 <>" },
	{ "no id", "{\"queue_name\":\"hold\"}", NULL },
	{ "nothing", "", NULL },
	{ "empty", "{}", NULL },
	{ "a list", "[]", NULL },
	{ "cut in a reason", HEAD "\"recipients\": [{\"address\": \"jo@example.com\", \"del",
	    NULL },
	{ "cut after a backslash", "{\"queue_id\":\"X\\", NULL },
	{ "an escape that is none", "{\"queue_id\":\"\\x\"}", NULL },
	{ "half a code point", "{\"queue_id\":\"\\u12\"}", NULL },
	{ "more after it", "{\"queue_id\":\"X\"} {\"queue_id\":\"Y\"}", NULL },
	{ "a size that is none", "{\"queue_id\":\"X\",\"message_size\":\"2\"}", NULL },
	{ "a time beyond all", "{\"queue_id\":\"X\",\"arrival_time\":99999999999999999999}", NULL },
	{ "recipients that are none", "{\"queue_id\":\"X\",\"recipients\":[1]}", NULL },
	{ "deep", "{\"queue_id\":\"X\",\"y\":[[[[[[[[[[[[]]]]]]]]]]]]}", NULL },
	{ "the old form", "4F1A2B     1051 Tue Nov  3 06:42:11  a@shop.example", NULL },
	{ "a comma too many", "{\"queue_id\":\"X\",}", NULL },
};

int
main(void)
{
	struct rep_buf out;

	rep_buf_init(&out, 1 << 16);
	for (size_t i = 0; i < REP_COUNT(rows); i++) {
		size_t n = strlen(rows[i].line);
		char *line = malloc(n + 1); /* exactly as long, so that a sanitizer sees the end */
		struct rep_queue_message m;
		struct rep_waiting_recipient r;
		struct rep_err err = { .msg = "" };

		memcpy(line, rows[i].line, n + 1);
		rep_buf_clear(&out);
		if (rep_postqueue_read(line, n, &m, &err) != REP_OK) {
			ok(rows[i].want == NULL && err.msg[0] != '\0', "%s: none: %s", rows[i].name,
			    err.msg);
			free(line);
			continue;
		}
		rep_buf_printf(&out, "%s %.*s %lld %lld%s <%.*s>",
		    rep_queue_word(m.queue) != NULL ? rep_queue_word(m.queue) : "-",
		    REP_PR(m.queue_id), (long long)m.arrival_s, (long long)m.size,
		    m.forced ? " forced" : "", REP_PR(m.sender));
		while (rep_postqueue_next(&m, &r))
			rep_buf_printf(&out, "|%.*s|%.*s", REP_PR(r.address), REP_PR(r.reason));
		is_str(rep_buf_str(&out), rows[i].want != NULL ? rows[i].want : "(none)", "%s",
		    rows[i].name);
		free(line);
	}
	rep_buf_fini(&out);
	return done();
}
