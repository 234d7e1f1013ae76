// SPDX-License-Identifier: LGPL-2.1-only
/* result - what came of a test */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "prog/code.h"
#include "run.h"

int test_result_add(struct test_result *result, const struct test_step *step,
		    struct test_failure *failure)
{
	size_t room = result->nr + 1;
	struct xdplab_test_failure *shown;
	struct test_failure *failures;

	failures = reallocarray(result->failures, room, sizeof(*failures));
	if (failures)
		result->failures = failures;
	shown = reallocarray((void *)result->shown.failures, room,
			     sizeof(*shown));
	if (shown)
		result->shown.failures = shown;
	if (!failures || !shown) {
		test_failure_clear(failure);
		return fail(-ENOMEM, "tests: out of memory");
	}
	failure->shown.line = step->place.line;
	failure->shown.expectation = step->text;
	failure->shown.message = failure->shown.message ?: strdup("");
	failures[result->nr] = *failure;
	shown[result->nr++] = failure->shown;
	result->shown.nr_failures = result->nr;
	*failure = (struct test_failure){ 0 };
	return 0;
}

int test_result_packet(struct test_result *result,
		       const struct xdplab_test_packet *packet,
		       const char *variables)
{
	struct xdplab_test_packet *kept = &result->shown.packet;
	uint8_t *bytes = malloc(packet->sent_length + packet->got_length);

	if (!bytes)
		return fail(-ENOMEM, "tests: out of memory");
	memcpy(bytes, packet->sent, packet->sent_length);
	memcpy(bytes + packet->sent_length, packet->got, packet->got_length);
	free(result->packet);
	result->packet = bytes;
	*kept = *packet;
	kept->sent = bytes;
	kept->got = bytes + packet->sent_length;
	result->shown.has_packet = true;
	result->shown.variables = variables;
	return 0;
}

void test_result_decided(struct test_result *result,
			 const struct source_line *line)
{
	if (!line)
		return;
	result->shown.decided_file = line->file;
	result->shown.decided_line = line->line;
	result->shown.decided_text = line->text;
}

void test_result_error(struct test_result *result, const struct test_step *step)
{
	const char *remedy = xdplab_remedy();
	char line[32] = "";

	if (*result->shown.error)
		return; /* the first one is why */
	if (step)
		snprintf(line, sizeof(line), "line %u: ", step->place.line);
	if (asprintf(&result->error, "%s%s%s%s", line, xdplab_error(),
		     *remedy ? "; " : "", remedy) < 0)
		result->error = NULL;
	result->shown.error = result->error ?: "out of memory";
}

void xdplab_test_result_free(struct xdplab_test_result *shown)
{
	struct test_result *result = (struct test_result *)shown;

	if (!result)
		return;
	for (size_t i = 0; i < result->nr; i++)
		test_failure_clear(&result->failures[i]);
	free(result->failures);
	free((void *)result->shown.failures);
	free(result->error);
	free(result->packet);
	free(result);
}
