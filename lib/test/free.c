// SPDX-License-Identifier: LGPL-2.1-only
/* free - gives back a test file, also one that was read in part */
#include <stdlib.h>

#include "read.h"

static void map_clear(struct test_map *map)
{
	free(map->name);
	free(map->key);
	free(map->path);
	free(map->value);
}

static void context_free(struct test_context *context)
{
	if (context)
		free(context->ingress);
	free(context);
}

static void send_clear(struct test_send *send)
{
	free(send->pcap);
	free(send->filter);
}

static void record_clear(struct test_record *record)
{
	map_clear(&record->ring);
	free(record->type);
	free(record->value);
}

void test_step_clear(struct test_step *step)
{
	switch (step->what) {
	case TEST_CONTEXT:
		context_free(step->context);
		break;
	case TEST_SEND:
		send_clear(&step->send);
		break;
	case EXPECT_VERDICT:
		free(step->verdict.packet.with);
		break;
	case EXPECT_PACKET:
		free(step->packet.packet.with);
		break;
	case EXPECT_FIELD:
		free(step->field.name);
		break;
	case EXPECT_META:
		free(step->bytes.bytes);
		break;
	case EXPECT_REDIRECT:
		free(step->redirect.ifname);
		map_clear(&step->redirect.map);
		break;
	case EXPECT_RECORD:
		record_clear(&step->record);
		break;
	case EXPECT_PRINTK:
		free(step->text_wanted);
		break;
	case EXPECT_LENGTH:
	case EXPECT_META_LENGTH:
	case EXPECT_COUNT:
	case EXPECT_NO_PRINTK:
	case EXPECT_NO_CHANGE:
		break;
	default:
		map_clear(&step->map);
	}
}

static void steps_clear(struct test_steps *steps)
{
	for (size_t i = 0; i < steps->nr; i++)
		test_step_clear(steps->at + i);
	free(steps->at);
}

void test_case_clear(struct test_case *test)
{
	free((char *)test->shown.name);
	free((char *)test->shown.after);
	steps_clear(&test->steps);
}

void test_program_clear(struct test_program *program)
{
	free(program->path);
	free(program->ifname);
	free(program->function);
}

void test_global_clear(struct test_global *global)
{
	free(global->section);
	free(global->assignment);
}

void test_iface_clear(struct test_iface *iface)
{
	free(iface->name);
	free(iface->mac);
	for (size_t i = 0; i < iface->nr_addresses; i++)
		free(iface->addresses[i]);
	free(iface->addresses);
}

void test_route_clear(struct test_route *route)
{
	free(route->prefix);
	free(route->via);
	free(route->dev);
}

void test_neighbour_clear(struct test_neighbour *neighbour)
{
	free(neighbour->address);
	free(neighbour->mac);
	free(neighbour->dev);
}

#define CLEAR_ALL(array, nr, clear)                                            \
	do {                                                                   \
		for (size_t i = 0; i < (nr); i++)                              \
			clear((array) + i);                                    \
		free(array);                                                   \
	} while (0)

static void told_clear(struct test_told *told)
{
	free(told->message);
	free(told->hint);
}

static void loop_clear(char **variables)
{
	free(*variables);
}

void test_free(struct xdplab_tests *tests)
{
	CLEAR_ALL(tests->programs, tests->nr_programs, test_program_clear);
	CLEAR_ALL(tests->globals, tests->nr_globals, test_global_clear);
	CLEAR_ALL(tests->ifaces, tests->nr_ifaces, test_iface_clear);
	CLEAR_ALL(tests->routes, tests->nr_routes, test_route_clear);
	CLEAR_ALL(tests->neighbours, tests->nr_neighbours,
		  test_neighbour_clear);
	CLEAR_ALL(tests->cases, tests->nr_cases, test_case_clear);
	CLEAR_ALL(tests->loops, tests->nr_loops, loop_clear);
	CLEAR_ALL(tests->told, tests->nr_told, told_clear);
	steps_clear(&tests->setup);
	steps_clear(&tests->teardown);
	test_packets_free(tests);
	free(tests->context.ingress);
	free(tests->path);
	free(tests->text);
	free(tests->lines);
	free(tests->said);
	free(tests);
}
