/** Media types of tables that people open in a spreadsheet or on a map. */
export const CSV = 'text/csv; charset=utf-8; header=present'
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
export const GEOJSON = 'application/geo+json; charset=utf-8'
