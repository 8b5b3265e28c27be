using System.Collections.Generic;

namespace Shop
{
    public class Price
    {
        public int Cents { get; set; }
    }

    public class Prices
    {
        readonly Dictionary<string, Price> prices = new Dictionary<string, Price>();

        public int Amount(string sku)
        {
            prices.TryGetValue(sku, out var price);
            return price.Cents * 2;
        }
    }
}
