// SPDX-License-Identifier: GPL-2.0-only
/* test_packet_tables - the tables of protocols agree with themselves */
#include "packets.h"

#define NR_SHAPES 16 /* .in has so many bits */

static void headers_are_whole_bytes(void **state)
{
	(void)state;
	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++) {
		struct packet_layer layer = { .protocol =
						      &packet_protocols[i] };

		for (int shape = 0; shape < NR_SHAPES; shape++) {
			struct packet_spot spot = { 0 };

			layer.shape = 1U << shape;
			while (packet_spot_next(&spot, &layer))
				;
			if (spot.bit % 8)
				fail_msg("%s has %zu bits",
					 layer.protocol->name, spot.bit);
		}
	}
}

static bool fits(const struct packet_field *field)
{
	if (field->bits > 64)
		return true;
	return !field->high && field->value <= UINT64_MAX >> (64 - field->bits);
}

static void values_that_are_usual_fit(void **state)
{
	(void)state;
	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++) {
		const struct packet_protocol *protocol = &packet_protocols[i];

		assert_in_range(protocol->nr_fields, 1, PACKET_FIELDS_MAX);
		for (size_t k = 0; k < protocol->nr_fields; k++)
			if (!fits(&protocol->fields[k]))
				fail_msg("%s.%s", protocol->name,
					 protocol->fields[k].name);
	}
}

static void expect_own(const struct packet_protocol *protocol,
		       const struct packet_field *field, const char *word,
		       size_t length)
{
	struct span name = { word, length };

	if (packet_field_named(protocol, name) != field)
		fail_msg("%s.%.*s is another's name", protocol->name,
			 (int)length, word);
}

static void no_two_fields_have_the_same_name(void **state)
{
	(void)state;
	for (int i = PACKET_ETH; i < PACKET_NR_PROTOCOLS; i++) {
		const struct packet_protocol *protocol = &packet_protocols[i];

		for (size_t k = 0; k < protocol->nr_fields; k++) {
			const struct packet_field *field = &protocol->fields[k];
			const char *alias = field->aliases ?: "";

			expect_own(protocol, field, field->name,
				   strlen(field->name));
			for (; *alias; alias += *alias == ' ') {
				size_t length = strcspn(alias, " ");

				expect_own(protocol, field, alias, length);
				alias += length;
			}
		}
	}
}

static void a_number_leads_to_the_protocol_of_its_name(void **state)
{
	static const struct packet_name *const tables[] = { packet_ether_types,
							    packet_ip_protocols,
							    packet_ports,
							    packet_not_bottom };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (const struct packet_name *one = tables[i]; one->name;
		     one++)
			if (one->protocol)
				assert_string_equal(
					packet_protocols[one->protocol].name,
					one->name);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(headers_are_whole_bytes),
		cmocka_unit_test(values_that_are_usual_fit),
		cmocka_unit_test(no_two_fields_have_the_same_name),
		cmocka_unit_test(a_number_leads_to_the_protocol_of_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
