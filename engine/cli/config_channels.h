#ifndef CLI_CONFIG_CHANNELS_H
#define CLI_CONFIG_CHANNELS_H

#include <cyaml/cyaml.h>

#include "base/err.h"
#include "outbox/channel.h"

/* `channels:` of payrun.yaml: who is told, and how; as libcyaml gives it. */
struct y_channel {
    char *name, *mail, *from, *user, *folder, *webhook, *secret;
    char **command, **to, **events;
    unsigned command_count, to_count, events_count;
};

extern const cyaml_schema_value_t config_channel_schema;

/* config_channel_fill(to, y, path, e): checked, but for its secret.  0 or -1
 * (ERR_CONFIG). */
int config_channel_fill(struct channel *, const struct y_channel *,
                        const char *path, struct err *);

#endif
