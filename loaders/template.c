#include "loaders/template.h"

#define COLUMNS 16

/* Every kind of account has its columns, but no example: somebody would be paid
 * when it is left in. */
static const char *const rows[][COLUMNS] = {
    { "Employee No", "Name", "Phone", "Amount", "Bank", "Account", "Paybill",
      "Till", "Account Reference", "Rail", "Pay From", "Reference",
      "Narration", "ID Number", "KRA PIN", "Department" },
    { "EX001", "Example Person", "0708374149", "45000.00", "", "", "", "", "",
      "", "", "NOV-EX001", "Salary November", "12345678", "A012345678Z",
      "Example" },
    { "EX002", "Example Person Two", "0700000000", "38500.00", "", "", "", "",
      "", "", "", "NOV-EX002", "Salary November", "23456789", "A123456789Y",
      "Example" },
};

void
template_csv(struct buf *out, char delim)
{
    buf_text(out, "\xEF\xBB\xBF");
    for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
        for (size_t c = 0; c < COLUMNS; c++) {
            if (c > 0)
                buf_char(out, delim);
            buf_csv(out, str_of(rows[r][c]), delim);
        }
        buf_text(out, "\r\n");
    }
}
