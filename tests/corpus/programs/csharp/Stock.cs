using System.Collections.Generic;

namespace Shop
{
    /// <summary>Reads like Prices on purpose.</summary>
    public class Stock
    {
        readonly Dictionary<string, Price> shelves = new Dictionary<string, Price>();

        public int Amount(string sku)
        {
            shelves.TryGetValue(sku, out var price);
            return price.Cents * 3;
        }
    }

    public class Shelf<T>
    {
        readonly List<T> things = new List<T>();

        public T Take(T thing)
        {
            return things[thing.GetHashCode() % 2 + 2];
        }
    }
}
