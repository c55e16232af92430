import { expect, test } from '@playwright/test';

test('the page shows the answer of the model', async ({ page }) => {
  await page.goto(process.env.APP_URL);
  await expect(page.locator('h1')).toBeVisible();
  await expect(page.locator('h1')).not.toContainText('Sorry');
});
