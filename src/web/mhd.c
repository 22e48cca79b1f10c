/* SPDX-License-Identifier: Apache-2.0 */
#include "web/mhd.h"
#include "base/library.h"

#include <dlfcn.h>

enum rep_rc
rep_mhd_load(struct rep_mhd *m, struct rep_err *err)
{
	const struct rep_library_call calls[] = {
		{ "MHD_start_daemon", &m->start_daemon },
		{ "MHD_get_daemon_info", &m->get_daemon_info },
		{ "MHD_run", &m->run },
		{ "MHD_get_timeout", &m->get_timeout },
		{ "MHD_create_response_from_buffer", &m->response_from_buffer },
		{ "MHD_create_response_from_callback", &m->response_from_callback },
		{ "MHD_add_response_header", &m->add_header },
		{ "MHD_queue_response", &m->queue_response },
		{ "MHD_destroy_response", &m->destroy_response },
		{ "MHD_suspend_connection", &m->suspend },
		{ "MHD_resume_connection", &m->resume },
		{ "MHD_get_connection_values", &m->values },
		{ "MHD_get_connection_info", &m->connection_info },
	};

	if (rep_library_load("libmicrohttpd.so.12", calls, REP_COUNT(calls)))
		return REP_OK;
	return rep_fail(err, REP_EIO,
	    "the page needs libmicrohttpd (apt-get install libmicrohttpd12): %s", dlerror());
}
