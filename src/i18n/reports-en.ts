// Every word of the dashboard's reports, in English.

export const reportsEn = {
  title: 'Reports',
};
