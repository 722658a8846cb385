#ifndef PROVIDERS_SAPAMA_H
#define PROVIDERS_SAPAMA_H

#include "providers/jscan.h"
#include "providers/provider.h"

/*
 * Inside of the Sapama Cash provider; everybody else uses provider_sapama.
 * Source of shapes and codes: the contracts "Sapama Cash HTTP API" (section
 * numbers in the .c files are its) and "M-Pesa and Equitel" (mpesa.md).
 */

#define SAPAMA_DECIMALS         2       /* KES only                           */

/* Of what goes to it; nothing is documented, these are Daraja's behind it. */
#define SAPAMA_NAME_MAX         60      /* first_name, last_name              */
#define SAPAMA_DESCRIPTION_MAX  100     /* "Remarks" (mpesa.md 5)             */
#define SAPAMA_NUMBER_MAX       15      /* location_id, short_code: digits    */
#define SAPAMA_CALLBACK_MAX     400
#define SAPAMA_WORDS_MAX        200     /* of an error, as we show it         */

/* Codes of our own, where Sapama gives none. */
#define SAPAMA_SCHEDULED        "SCHEDULED"
#define SAPAMA_UNCLEAR          "UNCLEAR"

extern const char *const sapama_rails[];
extern const struct code_row sapama_file_codes[], sapama_item_codes[];

/* Each is the member of struct provider of that name: see provider.h. */
int sapama_write_send(struct request *, const struct payer *,
                      const struct pay_file *, struct err *);
int sapama_write_list(struct request *, const struct payer *,
                      const struct list_query *, struct err *);
enum answer sapama_judge(const struct reply *, struct fault_answer *);
int sapama_read_file(struct file_answer *, struct str, struct err *);
int sapama_read_item(struct item_answer *, struct str, size_t *, int);
int sapama_read_page(struct page_answer *, struct str, struct err *);
int sapama_read_row(struct row_answer *, struct str, size_t *);
struct str sapama_read_challenge(struct str, char *, size_t);

/* What every answer of Sapama is wrapped in (1.1). */
struct sapama_envelope {
    int         http;               /* httpStatusCode or http_status_code; -1 */
    int         system;             /* systemCode or system_code; -1 absent   */
    struct jscan_value message, data;
};

/**
 * sapama_envelope(env, body, e):
 * Read ${body}, all of which is one envelope with a status code.  Both
 * spellings of the codes; two that differ are none.  Return 0, or -1 with the
 * reason in ${e} (may be NULL).
 */
int sapama_envelope(struct sapama_envelope *, struct str body, struct err *);

/* sapama_envelope_good(env): it says that the request was done: 2xx, and 700
 * when it has a system code. */
bool sapama_envelope_good(const struct sapama_envelope *);

/* sapama_wrong_shape(e, why): ERR_UNAVAILABLE.  Return -1 always. */
int sapama_wrong_shape(struct err *, const char *why);

/* Values of an answer, numbers and strings alike: whole or not at all. */
int64_t sapama_amount(const struct jscan_value *);      /* -1: none         */
int sapama_count(const struct jscan_value *);           /* -1: none         */
void sapama_id(char *to, size_t bytes, const struct jscan_value *);
void sapama_words(char *to, size_t bytes, const struct jscan_value *);

/* sapama_empty(v): absent, null, "" or blanks. */
bool sapama_empty(const struct jscan_value *);

/* sapama_is_digits(s, max): 1 .. ${max} digits. */
bool sapama_is_digits(struct str, size_t max);

/**
 * Marks by which a payment is known again (7.2, 8.1, 9).
 * sapama_reference(out, s): ${s} is a reference as we write it; else "".
 * sapama_token(out, s): ${s} is a token, or one with "-<digits>" put behind it
 * (2.2); else "".  sapama_token_in_url(out, url): the last part of its path.
 * sapama_token_reference(out, token): what a token begins with.
 */
bool sapama_reference(char out[REFERENCE_BYTES], struct str);
bool sapama_token(char out[TOKEN_BYTES], struct str);
bool sapama_token_in_url(char out[TOKEN_BYTES], struct str);
void sapama_token_reference(char out[REFERENCE_BYTES], const char *token);

/**
 * sapama_is_receipt(s):
 * Does it look like M-Pesa's receipt of a payment: ten of A-Z 0-9, the first a
 * letter, and no placeholder that ends in 0000000 (mpesa.md 1)?
 */
bool sapama_is_receipt(struct str);

#endif
