/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/alert.h"

const char *
rep_alert_event_word(enum rep_alert_event e)
{
	static const char *const word[REP_ALERT_EVENTS] = {
		[REP_ALERT_OPENED] = "opened",
		[REP_ALERT_UPDATED] = "updated",
		[REP_ALERT_RESOLVED] = "resolved",
		[REP_ALERT_TEST] = "test",
		[REP_ALERT_DIGEST] = "digest",
	};

	return (unsigned)e < REP_COUNT(word) ? word[e] : "";
}
